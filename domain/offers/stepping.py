"""Step: what an event about an activity's points does to what a member accepted. Pure functions.

Each acceptance keeps its own promise: an activity that two of them wait for is paid by both, each
out of its own offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from domain.activities import Judged
from domain.offers.payments import Payment, PayState
from domain.offers.records import (
    EARNED,
    Acceptance,
    AcceptanceState,
    OfferKind,
)
from domain.points import Earned, Matured, TakenBack

Told: TypeAlias = Earned | Matured | TakenBack


@dataclass(frozen=True, slots=True)
class Promise:
    """An acceptance with what it has paid, and has taken back, for activities."""

    acceptance: Acceptance
    payments: tuple[Payment, ...] = ()

    @property
    def claimed(self) -> int:
        """Points that wait for points that wait."""
        return sum(one.points for one in self.payments if one.state is PayState.CLAIMED)

    @property
    def times(self) -> int:
        """How many activities it has given something for that was not wholly returned."""
        return sum(not _is_undone(one) for one in self.payments)

    @property
    def is_spent(self) -> bool:
        """True when nothing more can come of it."""
        one = self.acceptance
        return not self.claimed and (one.held == 0 or self.times >= one.gain.times)


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does to one promise: the payment as it is then, and why."""

    promise: Promise
    payment: Payment
    event: Told

    @property
    def pays(self) -> bool:
        """True when points go to the member."""
        return self.payment.state is PayState.PAID

    @property
    def takes(self) -> bool:
        """True when points come back from the member."""
        return self.payment.state is PayState.TAKEN_BACK and self.payment.posting is not None


def step(promise: Promise, event: Told, judged: Judged | None, *, at: datetime) -> Step | None:
    """What the event does to the promise; None: nothing.

    judged -- the newest judgement of what was earned for: one that is newer than what was earned
              has events of its own, which come after.
    """
    had = next((one for one in promise.payments if one.activity == event.object), None)
    if isinstance(event, Earned):
        payment = _claim(promise, event, judged, had, at)
        return None if payment is None else Step(promise, payment, event)
    if had is None or had.state is PayState.TAKEN_BACK:
        return None
    if isinstance(event, Matured):
        waits = had.state is PayState.CLAIMED
        return Step(promise, replace(had, state=PayState.PAID, at=at), event) if waits else None
    if had.revision != event.revision:
        return None
    # What was only claimed is all there still.
    returned = had.points if had.state is PayState.CLAIMED else 0
    gone = replace(had, state=PayState.TAKEN_BACK, returned=returned, at=at)
    return Step(promise, gone, event)


def after(promise: Promise, steps: Sequence[Step], *, reopens: bool, at: datetime) -> Acceptance:
    """The acceptance once its steps are done, with what it is to hold; its `hold` is left as is.

    steps   -- each of another activity, with what came back noted in its payment.
    reopens -- False: what comes back is not promised again, since its offer has ended or the
               member has accepted it anew.
    """
    one = promise.acceptance
    by_activity = {each.activity: each for each in promise.payments}
    by_activity |= {each.payment.activity: each.payment for each in steps}
    for each in steps:
        points, back = each.payment.points, each.payment.returned
        if each.pays:
            one = replace(one, held=one.held - points, paid=one.paid + points)
        elif each.takes:
            again = reopens and one.lapses_at is not None and at < one.lapses_at
            held = one.held + back if again else one.held
            one = replace(one, held=held, paid=one.paid - back)
    now = Promise(one, tuple(by_activity.values()))
    if now.is_spent:
        over = one.state is AcceptanceState.LAPSED
        return replace(one, state=one.state if over else AcceptanceState.USED, held=0)
    return replace(one, state=AcceptanceState.OPEN if one.held else one.state)


def _claim(
    promise: Promise,
    event: Earned,
    judged: Judged | None,
    had: Payment | None,
    at: datetime,
) -> Payment | None:
    """What is promised for what was earned; None: nothing."""
    if had is not None and not _is_undone(had):
        return None  # it has been paid, or the member has kept of it what they could
    if judged is None or judged.revision != event.revision:
        return None
    if not _awaits(promise, judged, at):
        return None
    one = promise.acceptance
    points = min(_worth(one, event.points), one.held - promise.claimed)
    if points <= 0:
        return None
    state = PayState.CLAIMED if event.pending else PayState.PAID
    key = (one.programme, one.id, event.object, event.subject)
    return Payment(*key, event.revision, state, points, at)


def _awaits(promise: Promise, judged: Judged, at: datetime) -> bool:
    """True when the activity is what the member accepted the offer for."""
    one = promise.acceptance
    if one.kind not in EARNED or one.state is not AcceptanceState.OPEN:
        return False
    if one.until is None or one.lapses_at is None or one.lapses_at <= at:
        return False
    # Whoever accepts on the way is meant as well: what was over before is not.
    ended_at = judged.ended_at or judged.started_at
    in_time = one.accepted_at < ended_at and judged.started_at < one.until
    return in_time and judged.type in one.gain.types and promise.times < one.gain.times


def _worth(one: Acceptance, points: int) -> int:
    if one.kind is OfferKind.BONUS:
        return one.gain.points
    return points * (one.gain.hundredths - 100) // 100


def _is_undone(payment: Payment) -> bool:
    return payment.state is PayState.TAKEN_BACK and payment.returned == payment.points
