"""Counting: what members did, towards the badges that have a rule.

The tallies say how far everybody is; only where one passes a threshold is anything else read or
written. So an activity costs the rows of the rules that count it, and nothing for other badges.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from domain import metrics
from domain.badges import tallies
from domain.badges.compiling import Catalogue, Ruled, catalogue
from domain.badges.granting import grant, take_back
from domain.badges.records import Ended, Grant, Origin
from domain.badges.tallies import Moved
from domain.badges.tallying import Moves, Pair, Reckoned, moves, reckon
from domain.metrics import Change
from infra import ids
from infra.db import Tx


async def count(changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
    """Count what the changes changed: badges are earned, levelled up, and lost again.

    The members are locked, and the facts are already those after the changes.
    """
    found, filling = await catalogue(programme, tx=tx)
    what = moves(changes, found, filling) if found.by_id else Moves()
    moved = await tallies.write(what, programme=programme, tx=tx)
    raised = list(_risen(moved, what, found))
    await grant(raised, programme=programme, tx=tx)
    fallen = {
        one.pair
        for one in moved
        if one.after < one.before and _level(one.after, one, found) < _level(one.before, one, found)
    }
    at = changes[-1].at if changes else ids.EPOCH
    if fallen:
        await _lower(fallen, found, programme=programme, at=at, tx=tx)
    await recount(what.again, found.by_id, programme=programme, at=at, tx=tx)


async def recount(
    pairs: Collection[Pair],
    by_id: Mapping[UUID, Ruled],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
) -> None:
    """Count all that these members ever did towards these badges, as if nothing had been counted.

    Afterwards they have just the levels that the facts give. The members are locked.
    """
    if not pairs:
        return
    members = {member for member, _ in pairs}
    facts = await metrics.facts_of(
        members, programme=programme, since=date.min, until=date.max, tx=tx
    )
    told = {(m, badge): reckon(facts.get(m, ()), by_id[badge].rule) for m, badge in pairs}
    amounts = {(*pair, bucket): n for pair, r in told.items() for bucket, n in r.amounts.items()}
    parts = {(*pair, *place): n for pair, r in told.items() for place, n in r.parts.items()}
    await tallies.put(amounts, parts, pairs=pairs, programme=programme, tx=tx)
    earned = [each for pair, r in told.items() for each in _earned(pair, r, by_id, at)]
    await grant(earned, programme=programme, tx=tx)
    levels = {pair: len(r.reached) for pair, r in told.items()}
    await _end(levels, by_id, programme=programme, at=at, tx=tx)


async def _lower(
    pairs: Iterable[Pair], found: Catalogue, *, programme: int, at: datetime, tx: Tx
) -> None:
    best = await tallies.best(pairs, programme=programme, tx=tx)
    levels = {pair: found.by_id[pair[1]].rule.level(best.get(pair, 0)) for pair in pairs}
    await _end(levels, found.by_id, programme=programme, at=at, tx=tx)


async def _end(
    levels: Mapping[Pair, int],
    by_id: Mapping[UUID, Ruled],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
) -> None:
    """End what the rules gave above these levels, but not what is kept for ever."""
    over = [
        rule_grant(programme, member, badge, level)
        for (member, badge), least in levels.items()
        if not by_id[badge].badge.kept
        for level in range(least + 1, len(by_id[badge].badge.levels) + 1)
    ]
    await take_back(over, programme=programme, why=Ended.FACTS, at=at, tx=tx)


def rule_grant(programme: int, member: UUID, badge: UUID, level: int) -> UUID:
    """The id of the one grant by which a rule gives that level to that member."""
    return ids.derived(ids.EPOCH, "badges.rule", programme, member, badge, level)


def _risen(moved: Iterable[Moved], what: Moves, found: Catalogue) -> Iterable[Grant]:
    for one in moved:
        member, badge, _ = one.key
        rule = found.by_id[badge].rule
        for level in range(rule.level(one.before) + 1, rule.level(one.after) + 1):
            change = what.causes[one.key]
            evidence = _evidence(change.after.activity, one.after, rule.thresholds[level - 1])
            yield _by_rule(change.after.programme, member, badge, level, evidence, change.at)


def _earned(
    pair: Pair, reckoned: Reckoned, by_id: Mapping[UUID, Ruled], at: datetime
) -> Iterable[Grant]:
    member, badge = pair
    for level, (fact, amount) in enumerate(reckoned.reached, start=1):
        evidence = _evidence(fact.activity, amount, by_id[badge].rule.thresholds[level - 1])
        yield _by_rule(fact.programme, member, badge, level, evidence, at)


def _by_rule(
    programme: int,
    member: UUID,
    badge: UUID,
    level: int,
    evidence: Mapping[str, str | int],
    at: datetime,
) -> Grant:
    id = rule_grant(programme, member, badge, level)
    return Grant(id, programme, member, badge, level, Origin.RULE, at, evidence)


def _evidence(activity: UUID, reached: int, threshold: int) -> Mapping[str, str | int]:
    return {"activity": str(activity), "reached": reached, "threshold": threshold}


def _level(amount: int, one: Moved, found: Catalogue) -> int:
    return found.by_id[one.key[1]].rule.level(amount)
