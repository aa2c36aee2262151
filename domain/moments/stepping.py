"""Step: what an event about an activity's points does to a bonus. Pure functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.activities import Judged
from domain.moments.bonuses import Bonus, BonusState
from domain.moments.matching import is_enough, is_it
from domain.moments.records import Session
from domain.points import Earned, Matured, TakenBack
from infra import ids

Told: TypeAlias = Earned | Matured | TakenBack


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does to a bonus: how it was, how it is then, and why."""

    before: Bonus
    after: Bonus
    event: Told

    @property
    def pays(self) -> bool:
        """True when points go to the member."""
        return self.after.state is BonusState.PAID

    @property
    def takes(self) -> bool:
        """True when points come back."""
        return self.before.state is BonusState.PAID


def claims(
    event: Earned,
    judged: Judged | None,
    *,
    bonus: Bonus,
    session: Session,
    taken: Collection[UUID | None],
    at: datetime,
) -> bool:
    """True when what was earned is what the open bonus waits for.

    judged -- the newest judgement of the activity: one that is newer than what was earned has
              events of its own, which come after.
    taken  -- activities that have a bonus.
    """
    if bonus.state is not BonusState.OPEN or event.object in taken or bonus.lapses_at <= at:
        return False
    if judged is None or judged.revision != event.revision:
        return False
    return is_it(judged, session=session) and is_enough(judged, bonus=bonus)


def after(bonus: Bonus, event: Told, at: datetime) -> Bonus | None:
    """How the bonus is after the event; None: as it was."""
    if isinstance(event, Earned):
        points = bonus.extra(event.points)
        claimed = replace(
            bonus,
            state=BonusState.CLAIMED,
            activity=event.object,
            revision=event.revision,
            points=points,
        )
        if not points:
            return None
        return claimed if event.pending else _paid(claimed, at)
    if bonus.activity != event.object:
        return None
    if isinstance(event, Matured):
        return _paid(bonus, at) if bonus.state is BonusState.CLAIMED else None
    if bonus.revision != event.revision or bonus.state is BonusState.LAPSED:
        return None
    return replace(
        bonus,
        state=BonusState.OPEN,
        activity=None,
        revision=None,
        posting=None,
        points=0,
        paid_at=None,
    )


def _paid(bonus: Bonus, at: datetime) -> Bonus:
    parts = (bonus.programme, bonus.session, bonus.activity, bonus.revision)
    posting = ids.derived(at, "moments.bonus", *parts)
    return replace(bonus, state=BonusState.PAID, posting=posting, paid_at=at)


def settled(
    steps: Sequence[Step],
    *,
    returned: Mapping[UUID, int],
    free: Mapping[UUID, int],
    at: datetime,
) -> Sequence[Step]:
    """The steps, with what cannot be promised again lapsed: where the member has kept something,
    the time is over, or there is nothing left to promise.

    returned -- by session, what came back; free: by campaign, what may still be promised.
    """
    room, done = dict(free), []
    for step in steps:
        before, after = step.before, step.after
        if step.takes:
            back = returned[before.session]
            room[before.campaign] += back
            kept = back < before.points or after.lapses_at <= at
            if kept or room[before.campaign] < after.most:
                after = replace(after, state=BonusState.LAPSED)
            else:
                room[before.campaign] -= after.most
        done.append(Step(before, after, step.event))
    return done


def spent(step: Step, *, returned: Mapping[UUID, int]) -> tuple[int, int]:
    """By how much what is reserved and paid has changed."""
    if step.takes:
        again = step.after.most if step.after.state is BonusState.OPEN else 0
        return again, -returned[step.before.session]
    return (-step.before.most, step.after.points) if step.pays else (0, 0)
