"""Give points to a cause; and the operator's way back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger, members, transfers
from domain.giving.errors import (
    CauseNotActive,
    CausePaidOut,
    NoSuchCause,
    NoSuchDonation,
    OverDonationLimit,
)
from domain.giving.events import Donated, Undone
from domain.giving.policy import policy
from domain.giving.reading import cause_of, donation_of, find_donation
from domain.giving.records import Cause, Donation, Standing
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.outbox import emit

POINTS_MAX = 2**53 - 1

# Whoever donates, closes, pays out or undoes holds the cause, so its sums are those of its rows.
LOCK_CAUSE = """
SELECT id, programme, name, description, url, goal, book, account, active_from, active_until,
       closed_at, donated, donations, paid_out
FROM cause WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
GIVEN = """
SELECT coalesce(sum(points), 0)::bigint FROM donation
WHERE programme = $1 AND member = $2 AND month = $3 AND undone_at IS NULL
"""
ADD = """
WITH added AS (
    UPDATE cause SET donated = donated + $5, donations = donations + 1
    WHERE programme = $1 AND id = $3
)
INSERT INTO donation (programme, id, cause, member, points, named, month, given_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
LOCK_DONATION = """
SELECT id, programme, cause, member, points, named, given_at, undone_at
FROM donation WHERE programme = $1 AND id = $2 FOR UPDATE
"""
UNDO = """
WITH undone AS (
    UPDATE donation SET undone_at = $5 WHERE programme = $1 AND id = $2
)
UPDATE cause SET donated = donated - $4, donations = donations - 1
WHERE programme = $1 AND id = $3
"""


async def donate(
    points: int,
    *,
    member: Member,
    cause: UUID,
    named: bool,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Donation:
    """Give `points` whole points to a cause; only an operator can give them back.

    named -- True: other members see who gave.
    id    -- a UUIDv7 made from the member and the client's key: giving again with the same id
    and content answers with the first donation as it stands now.
    Refuses, in this order: transfers.BadPoints, members.NoSuchMember, ledger.KeyReused,
    NoSuchCause, CauseNotActive, OverDonationLimit, then what else the ledger refuses:
    KeyExpired, InsufficientPoints.
    """
    if not 0 < points <= POINTS_MAX:
        raise transfers.BadPoints(f"points must be between 1 and {POINTS_MAX}")
    # Also what makes the month's limit hold: two donations of one member come one by one.
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found:
        raise members.NoSuchMember("there is no such member")
    donor = found[member.id]
    first = await find_donation(id, programme=donor.programme, tx=tx)
    if first is not None:
        if (first.member, first.cause, first.points) != (donor.id, cause, points):
            raise ledger.KeyReused
        return first
    target = await locked(cause, programme=donor.programme, tx=tx)
    if (standing := target.standing(at)) is not Standing.ACTIVE:
        raise CauseNotActive(standing)
    donation = Donation(id, donor.programme, cause, donor.id, points, named, at, None)
    await _give(donation, donor, target, tx)
    return donation


async def undo(id: UUID, *, programme: int, operator: UUID, at: datetime, tx: Tx) -> Donation:
    """Give a donation back to its donor, the very lots. Undoing again answers the same.

    Refuses, in this order: NoSuchDonation, CausePaidOut, then what the ledger refuses.
    """
    row = await tx.row(LOCK_DONATION, programme, id)
    if row is None:
        raise NoSuchDonation("there is no such donation")
    donation = donation_of(row)
    if donation.undone_at is not None:
        return donation
    cause = await locked(donation.cause, programme=programme, tx=tx)
    if cause.paid_out:
        raise CausePaidOut("the points have been paid out")
    back = ledger.reverse(
        original=id,
        id=ids.derived(at, "giving.undo", programme, id),
        actor=operator,
        meta={"why": "donation", "donation": str(id), "cause": str(cause.id)},
    )
    ledger.require(await ledger.post_one(back, book=cause.book, at=at, tx=tx))
    await tx.run(UNDO, programme, id, cause.id, donation.points, at)
    _tell(Undone, donation, at, tx)
    return replace(donation, undone_at=at)


async def locked(cause: UUID, *, programme: int, tx: Tx) -> Cause:
    """The cause, held until `tx` ends. Raises NoSuchCause."""
    row = await tx.row(LOCK_CAUSE, programme, cause)
    if row is None:
        raise NoSuchCause("there is no such cause")
    return cause_of(row)


async def _give(donation: Donation, donor: Member, cause: Cause, tx: Tx) -> None:
    zone = await members.settled_zone(donor, at=donation.given_at, tx=tx)
    month = members.day_in(zone, donation.given_at).replace(day=1)
    limit = (await policy(programme=donor.programme, tx=tx)).donation_month_max
    if limit is not None:
        given = int(await tx.value(GIVEN, donor.programme, donor.id, month))
        if donation.points > (left := max(limit - given, 0)):
            raise OverDonationLimit(limit=limit, left=left)
    item = ledger.move(
        donation.points,
        debit=donor.account,
        credit=cause.account,
        id=donation.id,
        actor=donor.id,
        meta={"why": "donation", "donation": str(donation.id), "cause": str(cause.id)},
    )
    posted = await ledger.post_one(item, book=cause.book, at=donation.given_at, tx=tx)
    ledger.require(posted, needed=donation.points)
    ends = (donation.programme, donation.id, donation.cause, donation.member)
    await tx.run(ADD, *ends, donation.points, donation.named, month, donation.given_at)
    _tell(Donated, donation, donation.given_at, tx)


def _tell(kind: type[Donated | Undone], donation: Donation, at: datetime, tx: Tx) -> None:
    emit(
        kind(
            programme=donation.programme,
            subject=donation.member,
            object=donation.id,
            at=at,
            points=donation.points,
            cause=donation.cause,
        ),
        tx=tx,
    )
