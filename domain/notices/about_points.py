"""What points mean to whoever gets, sends or loses them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from domain import clubs, contests, giving, leaderboards, points, referrals, transfers
from domain.notices.records import Notice
from domain.push import Kind
from domain.windows import Topic, Urgency
from infra.outbox import Event

# Longer than the longest quiet, and than what is late is still pushed.
MONEY_TTL = timedelta(days=3)


def _transfer(what: str, event: Any, *, of: str = "transfer") -> Notice:
    return Notice(
        key=f"transfers.{what}",
        topic=Topic.TRANSFERS,
        urgency=Urgency.MONEY,
        kind=Kind.TRANSFER_RECEIVED,
        ttl=MONEY_TTL,
        args={"points": event.points},
        refs={of: event.object},
        person=event.other,
    )


def _earned(event: points.Earned) -> Notice:
    # A judgement that only mends an earlier one is nothing to look up from one's run for.
    return Notice(
        key="points.promised" if event.pending else "points.earned",
        topic=Topic.POINTS,
        kind=Kind.POINTS_EARNED if event.revision == 1 else None,
        args={"points": event.points},
        refs={"activity": event.object},
        about=event.object,
    )


def _matured(event: points.Matured) -> Notice:
    return Notice(
        key="points.matured",
        topic=Topic.POINTS,
        kind=Kind.POINTS_EARNED,
        args={"points": event.points},
        refs={"activity": event.object},
        about=event.object,
    )


def _taken_back(event: points.TakenBack) -> Notice:
    return Notice(
        key="points.taken_back",
        topic=Topic.POINTS,
        args={"points": event.points},
        refs={"activity": event.object},
        about=event.object,
    )


def _donation_undone(event: giving.Undone) -> Notice:
    return Notice(
        key="giving.undone",
        topic=Topic.POINTS,
        urgency=Urgency.MONEY,
        kind=Kind.POINTS_EARNED,
        ttl=MONEY_TTL,
        args={"points": event.points},
        refs={"donation": event.object},
        named=("cause", "cause", event.cause),
    )


def _club(what: str, event: clubs.PaidOut | clubs.GaveBack) -> Notice:
    return Notice(
        key=f"clubs.{what}",
        topic=Topic.POINTS,
        urgency=Urgency.MONEY,
        kind=Kind.POINTS_EARNED,
        ttl=MONEY_TTL,
        args={"points": event.points},
        refs={"club": event.object},
        named=("club", "club", event.object),
    )


def _referral(what: str, event: Any) -> Notice:
    paid = what == "paid"
    return Notice(
        key=f"referrals.{what}",
        topic=Topic.POINTS,
        urgency=Urgency.MONEY if paid else Urgency.PLAIN,
        kind=Kind.POINTS_EARNED if what in {"paid", "promised"} else None,
        ttl=MONEY_TTL,
        args={"points": event.points},
        # Whoever was brought has nothing to look at.
        refs={"referral": event.object} if event.as_referrer else {},
    )


def _prize(event: leaderboards.PrizeWon) -> Notice:
    return Notice(
        key="leaderboards.paid" if event.points else "leaderboards.prize",
        topic=Topic.LEADERBOARDS,
        urgency=Urgency.MONEY if event.points else Urgency.PLAIN,
        kind=Kind.POINTS_EARNED,
        ttl=MONEY_TTL,
        args={"place": event.place, "points": event.points},
        refs={"board": event.object},
        named=("board", "board", event.object),
        rank=4,
    )


def _finished(event: contests.Finished) -> Notice:
    what = "finished" if event.place is None else "paid" if event.won else "won"
    return Notice(
        key=f"contests.{what}",
        topic=Topic.CHALLENGES,
        urgency=Urgency.MONEY if event.won else Urgency.PLAIN,
        kind=Kind.POINTS_EARNED,
        ttl=MONEY_TTL,
        args={"place": event.place or 0, "points": event.won},
        refs={"contest": event.object},
        rank=4,
    )


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    transfers.Offered: partial(_transfer, "offered"),
    transfers.Received: partial(_transfer, "received"),
    transfers.Accepted: partial(_transfer, "accepted"),
    transfers.Declined: partial(_transfer, "declined"),
    transfers.Cancelled: partial(_transfer, "cancelled"),
    transfers.Returned: partial(_transfer, "returned"),
    transfers.Held: partial(_transfer, "held"),
    transfers.Rejected: partial(_transfer, "rejected"),
    transfers.PointsRequested: partial(_transfer, "requested", of="point_request"),
    points.Earned: _earned,
    points.Matured: _matured,
    points.TakenBack: _taken_back,
    giving.Undone: _donation_undone,
    clubs.PaidOut: partial(_club, "paid"),
    clubs.GaveBack: partial(_club, "gave_back"),
    referrals.Promised: partial(_referral, "promised"),
    referrals.Unpromised: partial(_referral, "unpromised"),
    referrals.Rewarded: partial(_referral, "paid"),
    leaderboards.PrizeWon: _prize,
    contests.Finished: _finished,
}
