"""Decide where a reward goes: submitted, approved or rejected, paused, resumed, ended.

`partner` says who asks, and only what is in that partner's outlets is found; None: an operator.
What a member had reserved before a pause or an end is honoured.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.rewards import finding, storing
from domain.rewards.drafting import check_halted, check_own
from domain.rewards.errors import BadTerms, BadVerdict, RewardNotInState
from domain.rewards.records import Reward, State
from infra.db import Tx

REASON_CHARACTERS_MAX = 300
SUBMITTABLE = frozenset({State.DRAFT, State.REJECTED})
RUNNING = frozenset({State.LIVE, State.PAUSED})

# One at a time: another call takes the next.
ENDING = """
SELECT programme, id FROM reward WHERE state IN ('LIVE', 'PAUSED') AND valid_until <= $1
ORDER BY valid_until LIMIT 1
"""


async def submit(
    reward: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Reward:
    """Ask for a decision about a draft.

    Refuses, in this order: NoSuchReward, RewardIsAnothers, RewardNotInState, BadTerms for one
    whose time is over.
    """
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    _check_state(found, SUBMITTABLE)
    _check_time(found, at)
    return await storing.keep(found, state=State.SUBMITTED, reason=None, at=at, tx=tx)


async def approve(reward: UUID, *, programme: int, at: datetime, tx: Tx) -> Reward:
    """Let members have a submitted reward, within its times.

    Refuses, in this order: NoSuchReward, RewardNotInState, BadTerms for one whose time is over.
    """
    found = await finding.locked(reward, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    _check_time(found, at)
    return await storing.keep(found, state=State.LIVE, at=at, tx=tx)


async def reject(reward: UUID, *, reason: str, programme: int, at: datetime, tx: Tx) -> Reward:
    """Give a submitted reward back to who made it, and say why.

    Refuses, in this order: BadVerdict, NoSuchReward, RewardNotInState.
    """
    said = programmes.plain(reason, longest=REASON_CHARACTERS_MAX)
    if not said:
        raise BadVerdict(f"a reason is 1 to {REASON_CHARACTERS_MAX} characters")
    found = await finding.locked(reward, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    return await storing.keep(found, state=State.REJECTED, reason=said, at=at, tx=tx)


async def pause(
    reward: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Reward:
    """Let nobody have it for now; what is reserved is honoured. Pausing one that is PAUSED answers
    the same, and an operator's pause then holds.

    Refuses, in this order: NoSuchReward, RewardNotInState.
    """
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    halted = found.halted or partner is None
    return await storing.keep(found, state=State.PAUSED, halted=halted, at=at, tx=tx)


async def resume(
    reward: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Reward:
    """Go on. Resuming one that is LIVE answers the same.

    Refuses, in this order: NoSuchReward, RewardNotInState, RewardHalted.
    """
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    check_halted(found, partner)
    return await storing.keep(found, state=State.LIVE, halted=False, at=at, tx=tx)


async def end(
    reward: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Reward:
    """Let nobody have it any more, from any state. Ending again answers the same.

    Refuses, in this order: NoSuchReward, RewardHalted.
    """
    found = await finding.locked(reward, partner=partner, programme=programme, tx=tx)
    if found.state is State.ENDED:
        return found
    check_halted(found, partner)
    return await _end(found, at=at, tx=tx)


async def end_due(at: datetime, tx: Tx) -> int:
    """End one reward whose time is over; 0 when there is none."""
    row = await tx.row(ENDING, at)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    if found.state in RUNNING:
        await _end(found, at=at, tx=tx)
    return 1


async def _end(reward: Reward, *, at: datetime, tx: Tx) -> Reward:
    return await storing.keep(reward, state=State.ENDED, halted=False, ended_at=at, at=at, tx=tx)


def _check_state(reward: Reward, states: Collection[State]) -> None:
    if reward.state not in states:
        raise RewardNotInState(reward.state)


def _check_time(reward: Reward, at: datetime) -> None:
    until = reward.terms.valid_until
    if until is not None and until <= at:
        raise BadTerms("its time is over", "valid_until")
