"""Completing: what follows once rounds have moved: active, complete, or not complete after all.

Rewards are squared with what is reached at once, where the challenge pays and each for
themselves. What all do together, and what waits for a challenge that pauses or could not pay, is
given by jobs; who wins is decided at the cut-off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from domain.challenges.contributing import Moved
from domain.challenges.events import Activated, Completed, CompletionUndone, Neared, Progressed
from domain.challenges.keeping import Kept, Key, keep_rounds
from domain.challenges.paying import Squared, square
from domain.challenges.progress import milestones
from domain.challenges.records import Challenge, Mode, Part
from domain.challenges.rewarding import Reached
from infra.db import Tx
from infra.outbox import emit

EVERYWHERE = timedelta(hours=12)

E = TypeVar("E", bound=Progressed)


async def complete(
    moved: Sequence[Moved], *, parted: Sequence[Moved] = (), programme: int, tx: Tx
) -> None:
    """Give what these rounds have reached, take back what they no longer have, and tell it.

    parted -- rounds of those who have left: from these is only taken.
    The members are locked by then.
    """
    for one in moved:
        if one.after.state is not Part.JOINED and (
            one.before is None or one.before.state is Part.JOINED
        ):
            tell(Activated, one.challenge, one.after, one, tx)
        if one.after.neared and not (one.before and one.before.neared) and _nears(one):
            tell(Neared, one.challenge, one.after, one, tx)
    asked = [reached(one) for one in moved if _matters(one)]
    asked += [replace(reached(one), parted=True) for one in parted if _matters(one)]
    if asked:
        await settle_with(asked, programme=programme, tx=tx)


async def settle_with(asked: Sequence[Reached], *, programme: int, tx: Tx) -> Sequence[Kept]:
    """Square these rounds with their rewards; the rounds as they are now."""
    at = max(one.at for one in asked)
    squared = await square(asked, programme=programme, at=at, tx=tx)
    rounds = [_after(one, squared) for one in asked]
    changed = [new for new, one in zip(rounds, asked, strict=True) if new != one.kept]
    await keep_rounds(changed, programme=programme, tx=tx)
    for new, one in zip(rounds, asked, strict=True):
        was = one.kept.state
        if new.state is Part.COMPLETED and was is not Part.COMPLETED:
            tell(Completed, one.challenge, new, one, tx)
        elif was is Part.COMPLETED and new.state is not Part.COMPLETED:
            tell(CompletionUndone, one.challenge, new, one, tx)
    return rounds


def reached(one: Moved) -> Reached:
    """How far a round of somebody on their own is. Who are the winners is not known before the
    cut-off, and what others do together is none of a single member's."""
    terms, kept = one.challenge.terms, one.after
    wins = kept.completed_at is not None and terms.winners_max is None
    return Reached(one.challenge, kept, kept.percent, wins, one.at, one.activity)


def tell(
    kind: type[E],
    challenge: Challenge,
    kept: Kept,
    cause: Moved | Reached,
    tx: Tx,
    **more: Any,
) -> None:
    """Emit what happened to a member's round, with what it was then.

    A completion names the activity that completed it; anything else the one that changed it.
    """
    activity = kept.completed_by if kind is Completed else cause.activity
    emit(
        kind(
            programme=challenge.programme,
            subject=kept.member,
            object=kept.challenge,
            at=cause.at,
            round=kept.round,
            percent=kept.percent,
            reached=" ".join(map(str, kept.reached)),
            targets=" ".join(map(str, kept.targets)),
            activity=activity,
            **more,
        ),
        tx=tx,
    )


def _nears(one: Moved) -> bool:
    """True for what can still be completed by who moved it: not for what came late, once the
    round's last day is over everywhere, which is twelve hours after it is in UTC."""
    alone = one.challenge.terms.mode is Mode.INDIVIDUAL
    running = (one.at - EVERYWHERE).date() <= one.after.last_day
    return alone and running and one.after.completed_at is None


def _matters(one: Moved) -> bool:
    """False for what has no bearing on rewards, as nearly everything."""
    terms, before, after = one.challenge.terms, one.before, one.after
    if terms.mode is not Mode.INDIVIDUAL:
        return False
    if after.due or (after.state is Part.COMPLETED) != (after.completed_at is not None):
        return True
    was = before.percent if before else 0
    return milestones(terms, was) != milestones(terms, after.percent)


def _after(one: Reached, squared: Mapping[Key, Squared]) -> Kept:
    """The round with its state: complete once that was given, or there is nothing to give yet."""
    kept, found = one.kept, squared[one.kept.key]
    waits = one.challenge.terms.winners_max is not None and kept.completed_at is not None
    if found.complete or (waits and not one.wins):
        return replace(kept, state=Part.COMPLETED, due=found.due)
    state = Part.ACTIVE if kept.state is Part.COMPLETED else kept.state
    return replace(kept, state=state, due=found.due)
