"""Gating: what stands between a member and a reward.

Read for many rewards at once, and again for one while it is held: what is shown to a member may
have changed until they ask for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from domain import members, programmes
from domain.members import FieldKind, LabelKind, Member
from domain.rewards import finding
from domain.rewards.records import Gate, Reward, State, Stock
from infra.db import Tx

BIRTH_DATE = "birth_date"

HAD = """
SELECT t.reward, sum(t.quantity)::int AS had FROM reward_take AS t
JOIN reward AS r ON r.programme = t.programme AND r.id = t.reward
WHERE t.programme = $1 AND t.member = $2 AND t.reward = ANY($3::uuid[]) AND NOT t.free
  AND t.state IN ('TAKEN', 'SETTLED') AND t.day > $4::date - r.member_days::int
GROUP BY t.reward
"""
TAKEN = """
SELECT d.reward, sum(d.taken)::int AS taken FROM reward_day AS d
JOIN reward AS r ON r.programme = d.programme AND r.id = d.reward
WHERE d.programme = $1 AND d.reward = ANY($2::uuid[]) AND d.day > $3::date - r.total_days::int
GROUP BY d.reward
"""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a member is and has had, as far as some rewards ask; what none asks is left empty.

    day, counted_on -- today, by the member's clock and by the programme's.
    age   -- in years; None: nobody knows.
    had   -- units within the limit of each reward; taken: by all together.
    """

    day: date
    counted_on: date
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    age: int | None = None
    had: Mapping[UUID, int] = field(default_factory=dict)
    taken: Mapping[UUID, int] = field(default_factory=dict)


async def eligible(
    rewards: Collection[Reward],
    *,
    member: Member,
    empty: Collection[UUID] = (),
    at: datetime,
    tx: Tx,
) -> Mapping[UUID, Sequence[Gate]]:
    """What stands between the member and one unit of each reward, in the order of Gate; an empty
    sequence: nothing. In a handful of statements, whatever their number.

    empty -- rewards of which none is left by the word of who keeps them, such as codes of a pool.
    """
    asked = await traits(rewards, member=member, at=at, tx=tx)
    ids = [one.id for one in rewards]
    shelves = await finding.stocks(ids, programme=member.programme, tx=tx)
    return {
        one.id: [
            *not_now(one, at=at),
            *not_for(one, asked),
            *over_limit(one, asked, quantity=1),
            *([Gate.SOLD_OUT] if one.id in empty or is_sold_out(one, shelves) else []),
        ]
        for one in rewards
    }


async def traits(rewards: Collection[Reward], *, member: Member, at: datetime, tx: Tx) -> Traits:
    """What the member is and has had, as far as these rewards ask."""
    home = await programmes.by_id(member.programme, tx=tx)
    day = await members.local_day(member, at=at, tx=tx)
    counted_on = members.day_in(home.zone, at)
    held: Mapping[LabelKind, frozenset[str]] = {}
    if any(one.terms.tiers or one.terms.segments for one in rewards):
        held = await _labels(member, at=at, tx=tx)
    age = None
    if any(one.terms.age_min for one in rewards):
        age = await _age(member, day=day, tx=tx)
    mine = [one.id for one in rewards if one.terms.member_max is not None]
    all_ = [one.id for one in rewards if one.terms.total_max is not None]
    had = await tx.rows(HAD, home.id, member.id, mine, day) if mine else []
    taken = await tx.rows(TAKEN, home.id, all_, counted_on) if all_ else []
    return Traits(
        day=day,
        counted_on=counted_on,
        tiers=held.get(LabelKind.TIER, frozenset()),
        segments=held.get(LabelKind.SEGMENT, frozenset()),
        age=age,
        had={row["reward"]: row["had"] for row in had},
        taken={row["reward"]: row["taken"] for row in taken},
    )


def not_now(reward: Reward, *, at: datetime) -> Sequence[Gate]:
    """NOT_LIVE, or what is wrong with the time. Pure."""
    if reward.state is not State.LIVE:
        return [Gate.NOT_LIVE]
    if reward.is_in_time(at=at):
        return []
    return [Gate.NOT_YET if at < reward.terms.valid_from else Gate.OVER]


def not_for(reward: Reward, asked: Traits) -> Sequence[Gate]:
    """What the member is not. Pure."""
    terms = reward.terms
    fits = (
        (Gate.TIER, not terms.tiers or terms.tiers & asked.tiers),
        (Gate.SEGMENT, not terms.segments or terms.segments & asked.segments),
        (Gate.AGE, is_old_enough(reward, asked)),
    )
    return [gate for gate, fit in fits if not fit]


def is_old_enough(reward: Reward, asked: Traits) -> bool:
    """True where no age is asked for, or the member is known to have it. Pure."""
    least = reward.terms.age_min
    return not least or (asked.age is not None and asked.age >= least)


def over_limit(reward: Reward, asked: Traits, *, quantity: int) -> Sequence[Gate]:
    """Which limits so many more would break. Pure."""
    terms, id = reward.terms, reward.id
    mine, all_ = terms.member_max, terms.total_max
    limits = (
        (Gate.MEMBER_LIMIT, mine is None or asked.had.get(id, 0) + quantity <= mine),
        (Gate.TOTAL_LIMIT, all_ is None or asked.taken.get(id, 0) + quantity <= all_),
    )
    return [gate for gate, fit in limits if not fit]


def is_sold_out(reward: Reward, shelves: Sequence[Stock]) -> bool:
    """True when no unit is left, in all or at any of its outlets. Pure."""
    if reward.left == 0:
        return True
    empty = {one.outlet for one in shelves if one.reward == reward.id and one.left == 0}
    return bool(reward.terms.outlets) and reward.terms.outlets <= empty


def age_on(day: date, born: date) -> int:
    """Whole years that somebody has lived on a day. Who was born on the 29th of February has
    their birthday on the 1st of March in other years. Pure."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


async def _labels(member: Member, *, at: datetime, tx: Tx) -> Mapping[LabelKind, frozenset[str]]:
    found = await members.labels([member.id], programme=member.programme, tx=tx)
    held = [one for one in found.get(member.id, ()) if one.held(at)]
    return {kind: frozenset(one.name for one in held if one.kind is kind) for kind in LabelKind}


async def _age(member: Member, *, day: date, tx: Tx) -> int | None:
    said = (await members.profile(member, tx=tx)).get(BIRTH_DATE)
    if said is None or said.kind is not FieldKind.DATE:
        return None
    return age_on(day, date.fromisoformat(said.plain))
