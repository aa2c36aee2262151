"""Offer: what a member can make good now, and at what price. Pure."""

from datetime import datetime, timedelta

from domain.streaks.folding import fold, mark_of
from domain.streaks.pasts import REPAIRED, Past, also
from domain.streaks.periods import LENGTH_DAYS, Clock, period_of
from domain.streaks.records import Mark, Offer, Streak


def offer(streak: Streak, past: Past, clock: Clock, *, at: datetime) -> Offer | None:
    """All that was missed since the first loss that is not too long ago; None: nothing was.

    What was missed after a loss that took everything took nothing more, and must be made good all
    the same, or the periods before would not be joined to those that come.
    """
    length = LENGTH_DAYS[streak.cadence]
    today = clock.today(at)
    period = period_of(today, streak.cadence)
    terms = streak.terms_on(period)
    if terms.repair_price is None:
        return None
    folded = fold(streak, past)
    oldest = period - timedelta(days=length * terms.repair_periods)
    losses = [one for one in folded.lost if oldest <= one < period]
    if not losses:
        return None
    missed, one = [], min(losses)
    while one < period and one <= past.closed:
        if mark_of(folded, past, one, length_days=length) is Mark.MISSED:
            missed.append(one)
        one += timedelta(days=length)
    healed = fold(streak, also(past, REPAIRED, missed, length_days=length))
    last = min(missed) + timedelta(days=length * (terms.repair_periods + 1) - 1)
    return Offer(tuple(missed), terms.repair_price * len(missed), healed.length, last)
