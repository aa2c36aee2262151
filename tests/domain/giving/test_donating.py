"""Giving points to a cause."""

from datetime import timedelta
from typing import Any

import pytest

from domain import giving, ledger, members, transfers
from domain.giving import Policy, Standing
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.giving.causes import a_cause, a_donor, close, donate, has, now, pay_out, undo
from tests.domain.transfers.offers import MIDDLE
from tests.support import given
from tests.support.given import NOON

DAY = timedelta(days=1)


async def test_given_a_cause_when_donated_then_the_points_are_its_own_and_all_see_the_sum(
    tx: Tx,
) -> None:
    ada, cause = await a_donor(tx, goal=500)

    given_ = await donate(30, ada, cause, tx, named=True)

    there = await now(cause, tx)
    assert (there.donated, there.donations, there.goal, there.paid_out) == (30, 1, 500, 0)
    assert (await has(ada, tx), await has(cause, tx)) == (70, 30)
    assert await giving.donations(ada, before=None, limit=9, tx=tx) == [given_]
    assert tx.staged[-1] == giving.Donated(
        programme=ada.programme,
        subject=ada.id,
        object=given_.id,
        at=NOON,
        points=30,
        cause=cause.id,
    )


async def test_given_donors_when_listed_then_only_those_who_want_to_be_seen_are(tx: Tx) -> None:
    ada, cause = await a_donor(tx)
    seen = await donate(30, ada, cause, tx, named=True)
    await donate(20, ada, cause, tx)
    undone = await donate(10, ada, cause, tx, named=True)
    await undo(undone, tx)

    shown = await giving.named(cause.id, programme=ada.programme, before=None, limit=9, tx=tx)

    assert shown == [seen]


async def test_given_points_that_expire_when_donated_then_they_keep_their_lots(tx: Tx) -> None:
    club = await given.a_programme(expiry_months=2, tx=tx)
    ada, cause = await given.a_member(club, holding=100, tx=tx), await a_cause(club, tx)
    before = await ledger.expiring(ada.account, book=ada.book, at=NOON, within_months=3, tx=tx)

    await donate(40, ada, cause, tx)

    after = await ledger.expiring(cause.account, book=ada.book, at=NOON, within_months=3, tx=tx)
    assert [(lot.last_day, lot.points) for lot in after] == [(before[-1].last_day, 40)]


FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("nothing", {"points": 0}, transfers.BadPoints, "BAD_POINTS"),
    ("too much for anyone", {"points": 2**53}, transfers.BadPoints, "BAD_POINTS"),
    ("another's key", {"used": True}, ledger.KeyReused, "KEY_REUSED"),
    ("no cause", {"to": "nothing"}, giving.NoSuchCause, "NO_SUCH_CAUSE"),
    ("a cause elsewhere", {"to": "foreign"}, giving.NoSuchCause, "NO_SUCH_CAUSE"),
    ("too early", {"to": "coming"}, giving.CauseNotActive, "CAUSE_NOT_ACTIVE"),
    ("too late", {"to": "over"}, giving.CauseNotActive, "CAUSE_NOT_ACTIVE"),
    ("closed", {"to": "closed"}, giving.CauseNotActive, "CAUSE_NOT_ACTIVE"),
    ("too much a month", {"points": 51}, giving.OverDonationLimit, "OVER_DONATION_LIMIT"),
    ("an old key", {"made": NOON - 40 * DAY}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("too few", {"points": 46}, ledger.InsufficientPoints, "INSUFFICIENT_POINTS"),
    # Two faults: the one that is looked for first is told.
    ("points, cause", {"points": 0, "to": "nothing"}, transfers.BadPoints, "BAD_POINTS"),
    ("key, cause", {"used": True, "to": "nothing"}, ledger.KeyReused, "KEY_REUSED"),
    ("closed, month", {"to": "closed", "points": 51}, giving.CauseNotActive, "CAUSE_NOT_ACTIVE"),
    ("month, points", {"points": 60}, giving.OverDonationLimit, "OVER_DONATION_LIMIT"),
]


@pytest.mark.parametrize(
    ("fault", "refusal", "code"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
async def test_given_a_fault_when_donated_then_refused_in_order_and_nothing_moves(
    fault: dict[str, Any], refusal: type[Refused], code: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, holding=50, tx=tx)
    await giving.set_policy(Policy(donation_month_max=55), programme=club.id, at=NOON, tx=tx)
    causes = {
        "good": await a_cause(club, tx),
        "foreign": await a_cause(await given.a_programme(tx=tx), tx),
        "coming": await a_cause(club, tx, active_from=NOON + DAY),
        "over": await a_cause(club, tx, active_until=NOON),
        "closed": await close(await a_cause(club, tx), tx),
    }
    first = await donate(5, ada, causes["good"], tx)
    to = fault.get("to", "good")
    id = first.id if fault.get("used") else ids.new(fault.get("made", NOON))
    target = causes[to] if to in causes else ids.new(NOON)

    with pytest.raises(refusal) as refused:
        await donate(fault.get("points", 10), ada, target, tx, id=id)

    assert refused.value.code == code
    standings = {"coming": Standing.COMING, "over": Standing.OVER, "closed": Standing.CLOSED}
    assert getattr(refused.value, "standing", None) == standings.get(to)
    if isinstance(refused.value, giving.OverDonationLimit):
        assert (refused.value.limit, refused.value.left) == (55, 50)
    assert await has(ada, tx) == 45
    assert (await now(causes["good"], tx)).donated == 5


async def test_given_a_member_of_another_programme_in_disguise_when_donating_then_there_is_none(
    tx: Tx,
) -> None:
    ada, cause = await a_donor(tx)
    eve = await given.a_member(await given.a_programme(tx=tx), holding=50, tx=tx)
    fields = {name: getattr(eve, name) for name in eve.__slots__}

    with pytest.raises(members.NoSuchMember):
        await donate(5, Member(**fields | {"programme": ada.programme}), cause, tx)


async def test_given_a_donation_when_repeated_then_it_is_the_same_and_moves_once(tx: Tx) -> None:
    ada, cause = await a_donor(tx)
    id = ids.new(NOON)
    first = await donate(30, ada, cause, tx, id=id)
    told = list(tx.staged)
    await close(cause, tx)

    again = await donate(30, ada, cause, tx, id=id, at=NOON + DAY)

    assert again == first
    assert [one for one in tx.staged if isinstance(one, giving.Donated)] == [told[-1]]
    assert (await has(ada, tx), (await now(cause, tx)).donated) == (70, 30)


async def test_given_a_full_month_when_the_next_begins_or_one_is_undone_then_more_can_be_given(
    tx: Tx,
) -> None:
    ada, cause = await a_donor(tx)
    policy = Policy(donation_month_max=30)
    await giving.set_policy(policy, programme=ada.programme, at=NOON, tx=tx)
    first = await donate(30, ada, cause, tx, at=MIDDLE)
    with pytest.raises(giving.OverDonationLimit):
        await donate(1, ada, cause, tx, at=MIDDLE)

    await undo(first, tx, at=MIDDLE)
    await donate(30, ada, cause, tx, at=MIDDLE)
    await donate(30, ada, cause, tx, at=(MIDDLE + 30 * DAY).replace(day=2))

    assert (await now(cause, tx)).donated == 60


async def test_given_a_donation_when_undone_twice_then_the_very_points_are_back_once(
    tx: Tx,
) -> None:
    club = await given.a_programme(expiry_months=2, tx=tx)
    ada, cause = await given.a_member(club, holding=100, tx=tx), await a_cause(club, tx)
    before = await ledger.expiring(ada.account, book=ada.book, at=NOON, within_months=3, tx=tx)
    given_ = await donate(30, ada, cause, tx)

    first = await undo(given_, tx)
    again = await undo(given_, tx, at=NOON + DAY)

    after = await ledger.expiring(ada.account, book=ada.book, at=NOON, within_months=3, tx=tx)
    there = await now(cause, tx)
    assert (first.undone_at, again, after) == (NOON, first, before)
    assert (there.donated, there.donations, await has(cause, tx)) == (0, 0, 0)
    assert isinstance(tx.staged[-1], giving.Undone)


async def test_given_no_donation_or_one_that_was_paid_out_when_undone_then_refused(
    tx: Tx,
) -> None:
    ada, cause = await a_donor(tx)
    given_ = await donate(30, ada, cause, tx)
    await close(cause, tx)
    await pay_out(cause, tx)
    other = await given.a_programme(tx=tx)

    with pytest.raises(giving.CausePaidOut):
        await undo(given_, tx)
    for id, programme in ((ids.new(NOON), ada.programme), (given_.id, other.id)):
        with pytest.raises(giving.NoSuchDonation):
            await giving.undo(id, programme=programme, operator=ada.id, at=NOON, tx=tx)

    assert (await has(ada, tx), await has(cause, tx)) == (70, 0)
