"""Of what happened at once one thing disturbs; money and offers are told each by itself."""

from domain.notices.merging import pushed
from domain.notices.records import Notice
from domain.push import Kind
from domain.windows import Topic, Urgency


def _one(rank: int = 0, *, kind: Kind | None = Kind.NEWS, money: bool = False) -> Notice:
    urgency = Urgency.MONEY if money else Urgency.PLAIN
    return Notice(key="x.y", topic=Topic.NEWS, kind=kind, rank=rank, urgency=urgency)


def test_of_many_things_that_one_activity_did_the_most_important_is_pushed() -> None:
    told = [("ada", _one(0)), ("ada", _one(5)), ("ada", _one(3)), ("ada", _one(5))]

    assert pushed(told) == {3}


def test_members_do_not_stand_in_for_each_other() -> None:
    assert pushed([("ada", _one(1)), ("bob", _one(0))]) == {0, 1}


def test_each_move_of_money_and_each_offer_is_pushed_beside_the_rest() -> None:
    told = [
        ("ada", _one(money=True)),
        ("ada", _one(money=True)),
        ("ada", _one(kind=Kind.BONUS_OFFER)),
        ("ada", _one(2)),
        ("ada", _one(1)),
    ]

    assert pushed(told) == {0, 1, 2, 3}


def test_what_is_for_the_inbox_alone_is_never_pushed() -> None:
    assert pushed([("ada", _one(9, kind=None)), ("ada", _one(0))]) == {1}
