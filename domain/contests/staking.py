"""Staking: points set aside in a member's wallet for one contest, and free again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger
from domain.contests.records import Contest, Player
from domain.ledger import Item, Outcome
from domain.members import Member
from infra import ids
from infra.db import Tx

# The longest that the ledger lets a hold live, which is longer than any contest takes.
HOLD_LASTS = timedelta(days=31)
TEXTS = {
    "stake": "Stake of a contest",
    "back": "Stake of a contest given back",
    "won": "Won in a contest",
}


@dataclass(frozen=True, slots=True)
class Stake:
    """A player, and the account of their wallet."""

    player: Player
    account: int


async def stake(contest: Contest, *, member: Member, at: datetime, tx: Tx) -> UUID | None:
    """Set the member's stake aside; the hold's id, None where there are no stakes.

    Refuses what the ledger refuses: KeyExpired, InsufficientPoints.
    """
    if not contest.stake:
        return None
    hold = ids.derived(at, "contests.stake", contest.programme, contest.id, member.id)
    item = ledger.hold(
        contest.stake,
        account=member.account,
        id=hold,
        expires_at=at + HOLD_LASTS,
        actor=member.id,
        meta=meta(contest, "stake"),
    )
    posted = await ledger.post_one(item, book=contest.book, at=at, tx=tx)
    ledger.require(posted, needed=contest.stake)
    return hold


async def release(stakes: Collection[Stake], *, contest: Contest, at: datetime, tx: Tx) -> None:
    """What still is in its wallet, free again."""
    items = [
        ledger.release(
            hold=stake.player.hold,
            account=stake.account,
            id=_id(contest, "release", stake, at),
            meta=meta(contest, "back"),
        )
        for stake in stakes
        if stake.player.hold is not None and not stake.player.in_pot
    ]
    for result in await ledger.post(items, book=contest.book, at=at, tx=tx):
        # A hold that ran out has set its points free already, which is all that is wanted.
        if result.outcome is not Outcome.HOLD_NOT_OPEN:
            ledger.require(result)


def captured(stake: Stake, *, contest: Contest, at: datetime) -> Item:
    """The item that brings a stake from its wallet into the pot."""
    assert stake.player.hold is not None, "there is a stake"
    assert contest.account is not None, "there is a stake"
    return ledger.capture(
        stake.player.stake,
        hold=stake.player.hold,
        account=stake.account,
        credit=contest.account,
        id=_id(contest, "capture", stake, at),
        group=contest.id,
        meta=meta(contest, "stake"),
    )


def taken(points: int, stake: Stake, *, contest: Contest, at: datetime) -> Item:
    """The item that brings points into the pot where the hold has run out."""
    assert contest.account is not None, "there is a stake"
    return ledger.move(
        points,
        debit=stake.account,
        credit=contest.account,
        id=_id(contest, "take", stake, at),
        group=contest.id,
        meta=meta(contest, "stake"),
    )


def paid(points: int, stake: Stake, *, contest: Contest, at: datetime) -> Item:
    """The item that brings points out of the pot into a wallet."""
    assert contest.account is not None, "there is a stake"
    return ledger.move(
        points,
        debit=contest.account,
        credit=stake.account,
        id=_id(contest, "pay", stake, at),
        group=contest.id,
        meta=meta(contest, "won"),
    )


def meta(contest: Contest, act: str) -> Mapping[str, str]:
    """What a statement says about it."""
    return {"why": "contest", "contest": str(contest.id), "act": act, "text": TEXTS[act]}


def _id(contest: Contest, act: str, stake: Stake, at: datetime) -> UUID:
    parts = (contest.programme, contest.id, stake.player.member)
    return ids.derived(at, f"contests.{act}", *parts)
