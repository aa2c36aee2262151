"""Paying: rewards out of the escrow to members, and back, so that what stands is what is reached.

A payment is two postings that succeed or fail together: the escrow's points are used up, and as
many new ones are the member's, with the months that the programme gives to what is earned. Taking
back follows the programme's return policy. What a member keeps then is not paid to them again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger, members
from domain.challenges import finding, rewarding
from domain.challenges.errors import BudgetExhausted
from domain.challenges.events import Rewarded, RewardReturned
from domain.challenges.funding import Payout, charge, refund
from domain.challenges.handing import hand
from domain.challenges.keeping import Key
from domain.challenges.records import Challenge, State
from domain.challenges.rewarding import WHOLE, Given, Pay, Reached, turn_of
from domain.ledger import Outcome, ReturnPolicy
from infra import ids
from infra.db import Tx
from infra.outbox import emit

PAYING = frozenset({State.LIVE, State.ENDED})
# What a return policy may answer to a reversal.
KEPT = frozenset({Outcome.INSUFFICIENT, Outcome.RETURN_REFUSED})


@dataclass(frozen=True, slots=True)
class Squared:
    """What a round has after its rewards were squared with what is reached.

    complete -- it is complete, and what that gives is given.
    due      -- something reached is not given.
    """

    complete: bool
    due: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One reward to be given or to be taken back."""

    reached: Reached
    given: Given

    def now(self, **changes: Any) -> "Act":
        """The same, with what became of the reward."""
        return replace(self, given=replace(self.given, **changes))

    @property
    def challenge(self) -> Challenge:
        """Who pays."""
        return self.reached.challenge


async def square(
    several: Sequence[Reached], *, programme: int, at: datetime, tx: Tx
) -> Mapping[Key, Squared]:
    """Give what is reached and was not given, and take back what was given and is not reached.

    The members are locked by then, and nothing of the ledger is. Of several that want the last
    points those are paid whose activity ended first.
    """
    last = await rewarding.given([one.kept.key for one in several], programme=programme, tx=tx)
    back, forth = [], []
    for one in several:
        had, wanted = last.get(one.kept.key, {}), one.wanted
        back += [
            Act(one, given)
            for percent, given in had.items()
            if given.state is not Pay.RETURNED and percent not in wanted
        ]
        forth += [
            Act(one, turn_of(one, percent, had.get(percent)))
            for percent in sorted(wanted)
            if not one.parted and (percent not in had or had[percent].state is not Pay.PAID)
        ]
    done = await _settle(back, forth, programme=programme, at=at, tx=tx)
    given = [act.given for act in done]
    await rewarding.keep(given, programme=programme, tx=tx)
    await hand(given, programme=programme, at=at, tx=tx)
    _tell(done, tx)
    return _squared(several, last, done)


async def _settle(
    back: Sequence[Act], forth: Sequence[Act], *, programme: int, at: datetime, tx: Tx
) -> Sequence[Act]:
    """Move the points and hand over the rest; what became of each, those left out that wait.

    The challenges are held before the ledger's accounts are, as everywhere.
    """
    concerned = {act.challenge.id for act in (*back, *forth)}
    held = await finding.lock(concerned, programme=programme, tx=tx)
    paying = sorted((a for a in forth if held[a.challenge.id].state in PAYING), key=_order)
    wallets = await _lock([*back, *paying], programme=programme, tx=tx)
    returned = await _back(back, programme=programme, at=at, tx=tx)
    wanted = [Payout(act.challenge.id, act.given.points) for act in paying]
    able = await charge(wanted, programme=programme, at=at, tx=tx)
    pairs = list(zip(paying, able, strict=True))
    paid, short = await _forth([act for act, can in pairs if can], wallets, at=at, tx=tx)
    await refund(_payouts(short), programme=programme, at=at, tx=tx)
    unpaid = [
        act.now(state=Pay.UNPAID, reason=BudgetExhausted.code)
        for act in (*(act for act, can in pairs if not can), *short)
    ]
    return [*returned, *paid, *unpaid]


async def _lock(acts: Sequence[Act], *, programme: int, tx: Tx) -> Mapping[UUID, int]:
    """The wallets of the members, locked with the escrows before the first posting."""
    moving = [act for act in acts if act.given.points]
    if not moving:
        return {}
    found = await members.several({a.given.member for a in moving}, programme=programme, tx=tx)
    wallets = {id: member.account for id, member in found.items()}
    accounts = {*wallets.values(), *(act.challenge.account for act in moving)}
    await ledger.lock(accounts, book=moving[0].challenge.book, tx=tx)
    return wallets


async def _back(back: Sequence[Act], *, programme: int, at: datetime, tx: Tx) -> Sequence[Act]:
    moving = [act for act in back if act.given.state is Pay.PAID and act.given.points]
    returned: dict[UUID, int] = {}
    if moving:
        book = moving[0].challenge.book
        policy = await ledger.return_policy(book, tx=tx)
        items = [_reversal(act, at) for act in moving]
        for act, result in zip(
            moving, await ledger.post(items, book=book, at=at, tx=tx), strict=True
        ):
            returned[act.given.id] = _returned(act.given, result, policy)
        restored = [act for act in moving if returned[act.given.id]]
        items = [_restoration(act, returned[act.given.id], at) for act in restored]
        for result in await ledger.post(items, book=book, at=at, tx=tx):
            ledger.require(result)
        payouts = [Payout(act.challenge.id, returned[act.given.id]) for act in restored]
        await refund(payouts, programme=programme, at=at, tx=tx)
    return [_taken(act, returned.get(act.given.id, 0)) for act in back]


async def _forth(
    paying: Sequence[Act], wallets: Mapping[UUID, int], *, at: datetime, tx: Tx
) -> tuple[Sequence[Act], Sequence[Act]]:
    """Those that were given, and those that the ledger refused: it has the last word."""
    moving = [act for act in paying if act.given.points]
    short: list[Act] = []
    if moving:
        items = [item for act in moving for item in _payment(act, wallets[act.given.member], at)]
        results = await ledger.post(items, book=moving[0].challenge.book, at=at, tx=tx)
        # A group is done as a whole or not at all.
        short = [act for act, result in zip(moving, results[1::2], strict=True) if not result.done]
    paid = [act for act in paying if act not in short]
    return paid, short


def _order(act: Act) -> tuple[Any, ...]:
    """What ended first is paid first, and of one member's the milestones before the whole."""
    kept = act.reached.kept
    ended = kept.completed_at or kept.reached_at or act.reached.at
    return ended, kept.member, kept.round, act.given.percent


def _payouts(acts: Sequence[Act]) -> Sequence[Payout]:
    return [Payout(act.challenge.id, act.given.points) for act in acts]


def _payment(act: Act, wallet: int, at: datetime) -> tuple[ledger.Item, ledger.Item]:
    given, meta = act.given, _meta(act)
    spent = ids.derived(at, "challenges.spend", act.challenge.programme, given.id)
    return (
        ledger.spend(
            given.points,
            account=act.challenge.account,
            target=ledger.ISSUANCE,
            id=spent,
            group=given.id,
            meta=meta,
        ),
        ledger.issue(given.points, account=wallet, id=given.id, group=given.id, meta=meta),
    )


def _reversal(act: Act, at: datetime) -> ledger.Item:
    id = ids.derived(at, "challenges.undo", act.challenge.programme, act.given.id)
    meta = _meta(act)
    told = {**meta, "text": f"taken back: {meta['text']}"}
    return ledger.reverse(original=act.given.id, id=id, meta=told)


def _restoration(act: Act, points: int, at: datetime) -> ledger.Item:
    id = ids.derived(at, "challenges.restore", act.challenge.programme, act.given.id)
    account = act.challenge.account
    return ledger.issue(points, account=account, id=id, month=ledger.NEVER, meta=_meta(act))


def _meta(act: Act) -> Mapping[str, Any]:
    given, name = act.given, act.challenge.name
    what = name if given.percent == WHOLE else f"{given.percent} % of {name}"
    return {
        "why": "challenge",
        "challenge": str(given.challenge),
        "round": given.round,
        "percent": given.percent,
        "text": f"reached: {what}",
    }


def _returned(given: Given, result: ledger.Result, policy: ReturnPolicy) -> int:
    """What the escrow gets back. A debt is owed to the programme, not to who paid."""
    if result.outcome is Outcome.NOT_REVERSIBLE:
        return given.points  # somebody has reversed it by hand, so it is back already
    if result.outcome in KEPT:
        return 0
    moved = ledger.require(result).moved
    return given.points if policy is ReturnPolicy.NEGATIVE_ALLOWED else moved


def _taken(act: Act, returned: int) -> Act:
    """The reward as it is once it was taken back; one that was never paid had no points."""
    points = act.given.points if act.given.state is Pay.PAID else 0
    words = {"points": points, "returned": returned, "reason": None}
    return act.now(state=Pay.RETURNED, undone_at=act.reached.at, **words)


def _tell(done: Sequence[Act], tx: Tx) -> None:
    for act in done:
        given = act.given
        words: dict[str, Any] = {
            "programme": act.challenge.programme,
            "subject": given.member,
            "object": given.challenge,
            "at": act.reached.at,
            "reward": given.id,
            "round": given.round,
            "percent": given.percent,
            "points": given.points,
        }
        if given.state is Pay.PAID:
            words |= {"badge": given.badge, "unit": given.unit, "activity": given.activity}
            emit(Rewarded(**words), tx=tx)
        elif given.state is Pay.RETURNED and (given.points or given.badge or given.unit):
            emit(RewardReturned(**words, returned=given.returned), tx=tx)


def _squared(
    several: Sequence[Reached],
    before: Mapping[Key, Mapping[int, Given]],
    done: Sequence[Act],
) -> Mapping[Key, Squared]:
    """What each round has now."""
    now = {key: dict(given) for key, given in before.items()}
    for act in done:
        now.setdefault(act.given.key, {})[act.given.percent] = act.given
    found = {}
    for one in several:
        key, wanted = one.kept.key, one.wanted
        stands = {p for p, given in now.get(key, {}).items() if given.state is Pay.PAID}
        complete = one.wins and (WHOLE not in wanted or WHOLE in stands)
        found[key] = Squared(complete, due=not one.parted and not wanted.keys() <= stands)
    return found
