"""Rules: for whom an offer is, as a tree of typed questions about a member. Pure.

A question that cannot be answered, such as the age of a member who never said it, is answered with
neither yes nor no, and "not" does not turn that into a yes (Kleene, 1938: strong three-valued
logic). An offer is only for members of whom the rule certainly holds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold; without any it holds for everybody."""

    rules: tuple["Rule", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of these holds."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This certainly does not hold."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class InTier:
    """The member is called so by one of these tiers."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class InSegment:
    """The member is in one of these segments."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Aged:
    """So many years old, both inclusive; None: no such end. Unknown without a birth date."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class MemberSince:
    """A member for so many days at least."""

    days: int


@dataclass(frozen=True, slots=True)
class Did:
    """So many activities of these types that count, in so many local days, today among them.

    types -- one of these; empty: any.
    """

    times: int
    days: int
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Near:
    """Where the member is, or was active lately. Unknown without their consent.

    cells    -- H3 cells (h3geo.org) of resolution 5 to 8.
    outlets  -- the cells around these belong to it as well, fixed when the rule was written.
    within_m -- how far around an outlet.
    """

    cells: frozenset[int] = frozenset()
    outlets: frozenset[UUID] = frozenset()
    within_m: int = 1_000


@dataclass(frozen=True, slots=True)
class When:
    """On these days, between these times, by the member's own clock.

    weekdays -- ISO, Monday is 1; empty: any.
    from_minute, until_minute -- since local midnight; from the one and before the other. A window
                over midnight has the larger first, and is of the day that it begins on.
    """

    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    until_minute: int = 1_440


@dataclass(frozen=True, slots=True)
class Speaks:
    """The member reads one of these languages, such as "pl"."""

    languages: frozenset[str]


Rule: TypeAlias = (
    Every | Either | Not | InTier | InSegment | Aged | MemberSince | Did | Near | When | Speaks
)
EVERYBODY = Every()


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may ask of one member at one time; what no rule asked for may be left empty.

    local       -- the time on the member's own clock.
    tiers, segments -- what the programme calls them now.
    age         -- in whole years; None: they never said.
    member_days -- for how long they have been a member.
    locale      -- a BCP 47 tag.
    done        -- by type of activity, how many local days ago each one that counts was.
    cells       -- H3 cells that they were in lately, with those around them up to resolution 5;
                   None: not known, or not allowed.
    """

    local: datetime
    locale: str = "en"
    member_days: int = 0
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    age: int | None = None
    done: Mapping[str, Sequence[int]] = field(default_factory=dict)
    cells: frozenset[int] | None = None


def evaluate(rule: Rule, facts: Facts) -> bool:
    """True when the rule certainly holds."""
    return _answer(rule, facts) is True


def leaves(rule: Rule) -> frozenset[type[Any]]:
    """The kinds of question that the rule asks: what has to be known to answer it."""
    if isinstance(rule, Every | Either):
        return frozenset[type[Any]]().union(*(leaves(one) for one in rule.rules))
    return leaves(rule.rule) if isinstance(rule, Not) else frozenset({type(rule)})


def _answer(rule: Rule, facts: Facts) -> bool | None:
    if isinstance(rule, Every | Either):
        decides = isinstance(rule, Either)
        answers = {_answer(one, facts) for one in rule.rules}
        if decides in answers:
            return decides
        return None if None in answers else not decides
    if isinstance(rule, Not):
        inner = _answer(rule.rule, facts)
        return None if inner is None else not inner
    return _LEAVES[type(rule)](rule, facts)


def _tier(rule: InTier, facts: Facts) -> bool:
    return not rule.names.isdisjoint(facts.tiers)


def _segment(rule: InSegment, facts: Facts) -> bool:
    return not rule.names.isdisjoint(facts.segments)


def _aged(rule: Aged, facts: Facts) -> bool | None:
    if facts.age is None:
        return None
    old_enough = rule.least is None or facts.age >= rule.least
    return old_enough and (rule.most is None or facts.age <= rule.most)


def _since(rule: MemberSince, facts: Facts) -> bool:
    return facts.member_days >= rule.days


def _did(rule: Did, facts: Facts) -> bool:
    types = rule.types or facts.done.keys()
    times = sum(ago < rule.days for type in types for ago in facts.done.get(type, ()))
    return times >= rule.times


def _near(rule: Near, facts: Facts) -> bool | None:
    return None if facts.cells is None else not rule.cells.isdisjoint(facts.cells)


def _when(rule: When, facts: Facts) -> bool:
    minute, weekday = facts.local.hour * 60 + facts.local.minute, facts.local.isoweekday()
    if rule.from_minute < rule.until_minute:
        in_time, begun = rule.from_minute <= minute < rule.until_minute, weekday
    else:
        after_midnight = minute < rule.until_minute
        in_time = after_midnight or minute >= rule.from_minute
        begun = (weekday - 2) % 7 + 1 if after_midnight else weekday
    return in_time and (not rule.weekdays or begun in rule.weekdays)


def _speaks(rule: Speaks, facts: Facts) -> bool:
    tags = facts.locale.split("-")
    spoken = {"-".join(tags[:count]) for count in range(1, len(tags) + 1)}
    return not rule.languages.isdisjoint(spoken)


_LEAVES: Mapping[type[Any], Callable[[Any, Facts], bool | None]] = {
    InTier: _tier,
    InSegment: _segment,
    Aged: _aged,
    MemberSince: _since,
    Did: _did,
    Near: _near,
    When: _when,
    Speaks: _speaks,
}
