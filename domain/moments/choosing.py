"""Choose: which treat a member is offered at the end of an activity, if any. Pure functions.

`choose` is the one place where that is decided, and all it sees is what it is given: whoever knows
better what a member will like, such as a recommender, takes its place and is given the same. What
may not be offered at all is never among the candidates: closed outlets, treats without stock or
points, and those whose limits the member has reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.activities import Type

# What chose, in the log of decisions.
CHOOSER = "nearness-1"

# All in minutes of walking: what one is willing to walk for, or not.
ANY_TREAT = 30.0
MADE_FOR_IT = 10.0
MARGIN_MOST = 10.0
REFUSED_KIND = 12.0
REFUSED_ITSELF = 12.0
IGNORED_KIND = 4.0
WALKING_M_PER_MINUTE = 80.0


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when an activity ends.

    seconds -- how long it took.
    refused -- how often the member has refused each kind of treat lately, and each treat by its
               id as text; ignored: how often they let it expire.
    """

    type: Type
    seconds: int
    refused: Mapping[str, int] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A treat that may be offered, at one outlet.

    types      -- how many types of activity it fits; 1: it is made for this one.
    distance_m -- from the middle of the cell that the member is in.
    cost, worth -- points, as in Terms.
    """

    treat: UUID
    outlet: UUID
    kind: str
    types: int
    distance_m: int
    cost: int
    worth: int


def choose(context: Context, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate to offer; None: none of them is worth a buzz on the wrist.

    The same whatever order they come in. Nearer is better, and so is what is made for the type of
    activity or leaves a margin to who pays; what the member refused lately must be much nearer.
    """
    best = min(candidates, key=lambda one: _order(context, one), default=None)
    return best if best is not None and score(context, best) > 0 else None


def score(context: Context, one: Candidate) -> float:
    """How many minutes further away it might be and still be worth an offer."""
    margin = MARGIN_MOST * max(-1.0, min((one.worth - one.cost) / one.cost, 1.0))
    refusals = REFUSED_KIND * context.refused.get(one.kind, 0)
    refusals += REFUSED_ITSELF * context.refused.get(str(one.treat), 0)
    refusals += IGNORED_KIND * context.ignored.get(one.kind, 0)
    walk = one.distance_m / WALKING_M_PER_MINUTE
    return ANY_TREAT + MADE_FOR_IT / one.types + margin - refusals - walk


def _order(context: Context, one: Candidate) -> tuple[float, int, UUID, UUID]:
    return -score(context, one), one.distance_m, one.treat, one.outlet
