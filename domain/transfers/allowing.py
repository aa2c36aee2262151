"""Allowing: whether a programme's policy lets a member send that much to that friend now.

The sender is locked by whoever asks, so what was counted here stays true until the points have
moved.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import members
from domain.members import Member
from domain.programmes import Programme
from domain.transfers.errors import (
    FriendTooNew,
    OverDayLimit,
    OverPairDayLimit,
    OverPairMonthLimit,
    OverTransferLimit,
    SenderTooNew,
    StepUpRequired,
    TooManyOffers,
)
from domain.transfers.policy import Policy, policy_of
from infra.db import Row, Tx

# What came back does not count. A row counts for the day that it was sent on, and for the one
# that it would have been sent on had the sender always lived where they do now: a move opens no
# day again. The list of states is that of the indexes.
STANDING = """
SELECT coalesce(sum(t.points) FILTER (WHERE t.today), 0)::bigint AS sent_today,
       coalesce(sum(t.points) FILTER (WHERE t.today AND t.receiver = $3), 0)::bigint AS pair_today,
       coalesce(sum(t.points) FILTER (WHERE t.receiver = $3 AND (t.today OR t.day >= $5)),
                0)::bigint AS pair_month,
       (SELECT count(*) FROM transfer
        WHERE programme = $1 AND sender = $2
          AND state IN ('PENDING', 'REVIEW', 'COOLING')) AS waiting
FROM (
    SELECT receiver, points, day,
           day = $4 OR (sent_at AT TIME ZONE $6::text)::date = $4 AS today
    FROM transfer
    WHERE programme = $1 AND sender = $2 AND day >= least($5::date, $4::date - 2)
      AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')
) AS t
"""
SAID = """
SELECT p.pair_day_max, p.pair_month_max, p.sender_age_hours, p.cooling_hours, p.cooling_holds,
       p.confirm_above, p.confirm_minutes, p.open_offers_max, p.open_requests_max,
       p.request_days, p.screened, p.screen_hours, p.screen_points_min, p.fan_in_max,
       p.fan_out_max, p.returns_max, p.drains_max, p.near_limit_max, p.fresh_days,
       p.review_days, p.programme IS NOT NULL AS said,
       (SELECT auto_accept FROM transfer_consent
        WHERE programme = $1 AND member = $2 AND friend = $3 AND at >= $4) AS auto_accept
FROM (SELECT) AS once LEFT JOIN transfer_policy AS p ON p.programme = $1
"""
# What went to the friend unconfirmed; NULL once a transfer to them was confirmed.
UNCONFIRMED = """
SELECT CASE WHEN bool_or(confirmed) THEN NULL ELSE coalesce(sum(points), 0)::bigint END
FROM transfer
WHERE programme = $1 AND sender = $2 AND receiver = $3
  AND state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED')
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Points that a member would send to a friend.

    since     -- since when the two are friends.
    confirmed -- True when the sender has just signed in, by the programme's policy.
    """

    points: int
    sender: Member
    receiver: UUID
    since: datetime
    at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds between two friends: the programme's policy and the receiver's own word.

    auto_accept -- what the receiver said about this friend; None: their general setting holds.
    """

    policy: Policy
    auto_accept: bool | None

    def lets_arrive(self, receiver: Member) -> bool:
        """True when the receiver takes the points without being asked."""
        return receiver.auto_accept if self.auto_accept is None else self.auto_accept


async def terms(sender: Member, *, receiver: UUID, since: datetime, tx: Tx) -> Terms:
    """What holds for points from `sender` to a friend since `since`.

    A word given in an earlier friendship does not hold for this one.
    """
    row = await tx.row(SAID, sender.programme, receiver, sender.id, since)
    assert row is not None, "there is always one row"
    return Terms(policy_of(row if row["said"] else None), row["auto_accept"])


async def check(wish: Wish, policy: Policy, programme: Programme, *, tx: Tx) -> date:
    """The day that the wish counts for; it is allowed.

    Refuses, in this order: SenderTooNew, FriendTooNew, OverTransferLimit, OverDayLimit,
    OverPairDayLimit, OverPairMonthLimit, TooManyOffers, StepUpRequired.
    """
    _check_ages(wish, policy)
    if wish.points > programme.transfer_max:
        raise OverTransferLimit(limit=programme.transfer_max)
    zone = await members.settled_zone(wish.sender, at=wish.at, tx=tx)
    day = members.day_in(zone, wish.at)
    ends = (programme.id, wish.sender.id, wish.receiver)
    standing = await tx.row(STANDING, *ends, day, day.replace(day=1), zone)
    assert standing is not None, "a sum is always one row"
    _check_sums(wish.points, policy, programme, standing)
    if standing["waiting"] >= policy.open_offers_max:
        raise TooManyOffers(most=policy.open_offers_max)
    if policy.confirm_above is not None and not wish.confirmed:
        before = await tx.value(UNCONFIRMED, *ends)
        if before is not None and before + wish.points > policy.confirm_above:
            raise StepUpRequired(above=policy.confirm_above, minutes=policy.confirm_minutes)
    return day


def confirmed(authenticated_at: datetime | None, policy: Policy, *, at: datetime) -> bool:
    """True when somebody who signed in at `authenticated_at` has just done so."""
    if authenticated_at is None:
        return False
    return at - authenticated_at < timedelta(minutes=policy.confirm_minutes)


def cools_until(wish: Wish, policy: Policy) -> datetime | None:
    """When the friendship will be old enough for points; None: it is."""
    ready = wish.since + timedelta(hours=policy.cooling_hours)
    # Clocks differ by a little: without a rule no friendship is too new.
    return ready if policy.cooling_hours and wish.at < ready else None


def _check_ages(wish: Wish, policy: Policy) -> None:
    grown = wish.sender.joined_at + timedelta(hours=policy.sender_age_hours)
    if policy.sender_age_hours and wish.at < grown:
        raise SenderTooNew(hours=policy.sender_age_hours, allowed_at=grown)
    ready = cools_until(wish, policy)
    if ready is not None and not policy.cooling_holds:
        raise FriendTooNew(hours=policy.cooling_hours, allowed_at=ready)


def _check_sums(points: int, policy: Policy, programme: Programme, standing: Row) -> None:
    for limit, sent, refused in (
        (programme.transfer_day_max, standing["sent_today"], OverDayLimit),
        (policy.pair_day_max, standing["pair_today"], OverPairDayLimit),
        (policy.pair_month_max, standing["pair_month"], OverPairMonthLimit),
    ):
        if limit is not None and points > (left := max(limit - sent, 0)):
            raise refused(limit=limit, left=left)
