"""Weighing: what a new model would have earned, told from the choices that others made.

Each choice that was left to chance is made again, on paper: the same candidates and the member's
history as of then, with the new model's estimates. How much likelier it is to have shown the same
says how much what came of it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from domain import decisions, interactions, offers
from domain.decisions import Audited, Candidate
from domain.interactions import Seen
from infra.db import Tx
from infra.recommending import Question
from recommender import off_policy
from recommender.off_policy import Estimate, Logged
from workers import answering
from workers.answering import Known, Laid, Table

# What is older was another shelf, and other habits.
SINCE = timedelta(days=60)
# Fewer choices than these say nothing, whatever they are worth.
CHOICES_MIN = 100


@dataclass(frozen=True, slots=True)
class Weighed:
    """gain -- points a choice that the new model earns more than the estimates of then; earned --
    points a choice that was earned.
    """

    gain: Estimate
    earned: float


async def gained(
    programme: int, *, known: Known, least: int = CHOICES_MIN, at: datetime, tx: Tx
) -> Weighed | None:
    """The new model against those in use when the choices were made; None: fewer than `least`.

    The model is asked without the belief from answers, which knows these very answers already.
    """
    choices = await decisions.audited(programme=programme, since=at - SINCE, until=at, tx=tx)
    if len(choices) < least:
        return None
    shelf = await offers.shelf(programme=programme, tx=tx)
    table = Table(known, Laid.of(known, shelf, at=at.timestamp()), None)
    moments = [(one.member, one.at) for one in choices]
    histories = await interactions.histories(moments, programme=programme, tx=tx)
    again = [
        _again(one, history, table, programme=programme)
        for one, history in zip(choices, histories, strict=True)
    ]
    reward = np.array([_reward(one) for one in choices])
    logged = Logged.of(
        reward=reward,
        propensity=np.array([one.propensity for one in choices]),
        probability=np.array(
            [_first(candidates, one) for candidates, one in zip(again, choices, strict=True)]
        ),
    )
    than = np.array([_first(one.candidates, one) for one in choices])
    return Weighed(off_policy.gained(logged, than=than), float(reward.mean()))


def _again(
    one: Audited, history: Sequence[Seen], table: Table, *, programme: int
) -> Sequence[Candidate]:
    """The candidates of then with the new model's chances, weakened by refusals as they were."""
    question = Question(
        programme=programme,
        member=str(one.member),
        at=one.at.timestamp(),
        placement=one.placement,
        history=[(seen.item, seen.weight, seen.at.timestamp()) for seen in history],
        among=[candidate.item for candidate in one.candidates],
        limit=len(one.candidates),
    )
    said = answering.answer(question, table)["scored"]
    found = {item: (p, spread) for item, p, spread, *_ in said}
    return [
        _estimated(candidate, weight, found.get(candidate.item))
        for candidate, weight in zip(one.candidates, one.weights, strict=True)
    ]


def _estimated(candidate: Candidate, weight: float, said: tuple[float, float] | None) -> Candidate:
    if said is None:
        return candidate
    p, spread = said
    return replace(candidate, p=p * weight, spread=spread)


def _first(candidates: Sequence[Candidate], one: Audited) -> float:
    """The chance that the choice among these begins with what was shown."""
    return min(decisions.first_chance(candidates, item=one.item), 1.0)


def _reward(one: Audited) -> float:
    shown = next((each for each in one.candidates if each.item == one.item), None)
    if shown is None:
        return 0.0
    return one.taken * max(shown.margin, 1.0) - shown.cost
