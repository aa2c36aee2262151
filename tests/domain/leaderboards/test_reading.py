"""Reading: what one member sees of others, and always of themselves."""

import pytest

from domain import friends, leaderboards
from domain.leaderboards import Board, Face, Part, Scope
from domain.members import Member
from domain.programmes import Programme
from infra import signals
from infra.db import Tx
from tests.domain.leaderboards.boards import DAY, a_board, happen, seen, shown
from tests.support import given
from tests.support.facts import fact, new
from tests.support.given import NOON


async def runners(
    tx: Tx, *, count: int = 5, **words: object
) -> tuple[Programme, Board, list[Member]]:
    """Runners of this week, the first the furthest."""
    club = await given.a_programme(tx=tx)
    board = await a_board(club, tx, **words)
    people = [await given.a_member(club, tx=tx) for _ in range(count)]
    for number, member in enumerate(people):
        await happen(new(fact(member, distance_m=100 - number)), tx=tx)
    return club, board, people


async def face(member: Member, pseudonym: str, tx: Tx) -> Face:
    return await leaderboards.show(member, pseudonym=pseudonym, at=NOON, tx=tx)


async def test_given_runners_when_one_looks_around_then_only_who_wants_to_be_seen_has_a_name(
    tx: Tx,
) -> None:
    _, board, (_, bob, ada, _, _) = await runners(tx)
    await face(bob, "Lightning", tx)

    view = await seen(board, ada, tx, part=Part.AROUND, count=3)

    assert shown(view) == [(2, 99, "Lightning"), (3, 98, ada.name), (4, 97, None)]
    assert [line.member for line in view.lines] == [None, ada.id, None]
    assert [line.reached_at is None for line in view.lines] == [False, False, True]
    assert (view.place, view.score, view.everybody) == (3, 98, 5)


@pytest.mark.parametrize("blocker", ["ada", "bob"])
async def test_given_a_block_either_way_when_seen_then_there_is_a_place_without_a_name(
    blocker: str, tx: Tx
) -> None:
    _, board, (ada, bob, *_) = await runners(tx, count=2)
    await face(bob, "Lightning", tx)
    one, other = (ada, bob) if blocker == "ada" else (bob, ada)
    await friends.block(one, friend=other.id, at=NOON, tx=tx)

    view = await seen(board, ada, tx)

    assert shown(view) == [(1, 100, ada.name), (2, 99, None)]
    assert view.lines[1].reached_at is None


async def test_given_friends_when_only_they_are_looked_at_then_those_who_are_shown_have_places(
    tx: Tx,
) -> None:
    _, board, (first, shy, ada, stranger, last) = await runners(tx)
    for friend in (first, shy, last):
        await given.friendship(ada, friend, tx=tx)
    for member in (first, last, stranger):
        await face(member, f"p{member.handle}", tx)

    view = await seen(board, ada, tx, part=Part.FRIENDS)

    assert shown(view) == [(1, 100, first.name), (2, 98, ada.name), (3, 96, last.name)]
    assert (view.place, view.everybody) == (2, 3)
    assert [line.member for line in view.lines] == [first.id, ada.id, last.id]


async def test_given_somebody_who_hid_again_when_seen_then_they_have_no_name_but_see_themselves(
    tx: Tx,
) -> None:
    _, board, (ada, bob) = await runners(tx, count=2)
    await face(bob, "Lightning", tx)
    await leaderboards.hide(bob, tx=tx)

    assert shown(await seen(board, ada, tx))[1] == (2, 99, None)
    assert shown(await seen(board, bob, tx))[1] == (2, 99, bob.name)
    assert await leaderboards.face(bob, tx=tx) is None


async def test_given_one_without_a_score_when_looking_then_they_see_the_top_and_no_place(
    tx: Tx,
) -> None:
    club, board, _ = await runners(tx, count=2)
    eve = await given.a_member(club, tx=tx)

    top = await seen(board, eve, tx)
    around = await seen(board, eve, tx, part=Part.AROUND)

    assert (top.place, top.score, len(top.lines)) == (None, 0, 2)
    assert (around.place, around.everybody, list(around.lines)) == (None, 2, [])


async def test_given_equal_scores_when_seen_then_who_reached_it_first_ranks_higher(tx: Tx) -> None:
    club, board, (ada, *_) = await runners(tx, count=1)
    early = await given.a_member(club, tx=tx)
    before = fact(early, started_at=NOON - 1 * DAY / 4, distance_m=100)
    await happen(new(before), tx=tx)

    view = await seen(board, ada, tx)

    assert [line.own for line in view.lines] == [False, True]
    assert [line.score for line in view.lines] == [100, 100]


async def test_given_friends_of_a_board_among_friends_when_looked_around_then_it_is_about_them(
    tx: Tx,
) -> None:
    _, board, (first, ada, stranger) = await runners(tx, count=3, scope=Scope.FRIENDS)
    await given.friendship(ada, first, tx=tx)
    await face(first, "First", tx)

    view = await seen(board, ada, tx, part=Part.AROUND)

    assert shown(view) == [(1, 100, first.name), (2, 99, ada.name)]
    assert (await seen(board, stranger, tx)).place == 1


@pytest.mark.parametrize(
    ("pseudonym", "code"),
    [
        ("x", leaderboards.BadPseudonym),
        ("x" * 31, leaderboards.BadPseudonym),
        ("a\nb", leaderboards.BadPseudonym),
        ("LIGHTNING", leaderboards.PseudonymTaken),
        ("\uff2cightning", leaderboards.PseudonymTaken),
        ("other.one", leaderboards.PseudonymTaken),
    ],
)
async def test_given_names_that_are_taken_when_one_would_be_shown_as_them_then_they_are_refused(
    pseudonym: str, code: type[Exception], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
    await given.a_member(club, handle="other.one", tx=tx)
    await face(bob, "Lightning", tx)

    with pytest.raises(code):
        await face(ada, pseudonym, tx)

    assert await face(ada, ada.handle, tx) == Face(ada.handle)


async def test_given_a_set_on_valkey_when_read_then_it_and_the_rows_say_the_same(
    tx: Tx, valkey_url: str
) -> None:
    _, board, people = await runners(tx, count=7)
    parts = [(part, ada) for part in (Part.TOP, Part.AROUND) for ada in people]
    rows = [shown(await seen(board, ada, tx, part=part, count=4)) for part, ada in parts]

    async with signals.connection(valkey_url):
        await leaderboards.heal(programme=board.programme, tx=tx)
        for hook in tx._committed:
            await hook()
        told = [shown(await seen(board, ada, tx, part=part, count=4)) for part, ada in parts]

    assert told == rows
