"""Knowing: what rules may ask of members, read for several at once.

Only what one of the rules asks is read. Where a member was active lately is known of those only
who agree to the purpose "place" now, whatever was kept before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import members, metrics
from domain.members import Label, LabelKind, Member
from domain.metrics import Recent
from domain.offers.reading import DID_DAYS_MAX, RESOLUTIONS
from domain.offers.rules import Aged, Did, Facts, InSegment, InTier, Near
from infra.db import Tx

PLACE = "place"
BORN = "birth_date"
PLACES_DAYS = 30
ASKED = frozenset[type[Any]]({InTier, InSegment, Aged, Did, Near})


async def facts(
    several: Collection[Member],
    *,
    at: datetime,
    asked: frozenset[type[Any]] = ASKED,
    tx: Tx,
) -> Mapping[UUID, Facts]:
    """What is known of these members of one programme, by member.

    asked -- the kinds of question there are; what no other kind needs is not read.
    """
    if not several:
        return {}
    ids = [member.id for member in several]
    where: dict[str, Any] = {"programme": next(iter(several)).programme, "tx": tx}
    labels: Mapping[UUID, Sequence[Label]] = {}
    said: Mapping[UUID, Mapping[str, members.Value]] = {}
    past: Mapping[UUID, Sequence[Recent]] = {}
    if asked & {InTier, InSegment}:
        labels = await members.labels(ids, **where)
    if Aged in asked:
        said = await members.said(ids, **where)
    allowed = await members.agreed(ids, purpose=PLACE, **where) if Near in asked else frozenset()
    if Did in asked or allowed:
        # The zones of two members are no further apart than a day.
        since = at.date() - timedelta(days=DID_DAYS_MAX + 1)
        past = await metrics.recent(ids, since=since, **where)
    return {
        one.id: _facts(
            one,
            labels.get(one.id, ()),
            said.get(one.id, {}),
            past.get(one.id, ()),
            allowed=one.id in allowed,
            at=at,
        )
        for one in several
    }


def around(cells: Iterable[int]) -> frozenset[int]:
    """These H3 cells with those that they are in, up to the coarsest that a rule may name."""
    found = list(cells)
    if not found:
        return frozenset()
    from h3.api import basic_int as h3

    return frozenset(
        h3.cell_to_parent(cell, size)
        for cell in found
        for size in RESOLUTIONS
        if size <= h3.get_resolution(cell)
    )


def _facts(
    member: Member,
    labels: Sequence[Label],
    said: Mapping[str, members.Value],
    past: Sequence[Recent],
    *,
    allowed: bool,
    at: datetime,
) -> Facts:
    local = at.astimezone(ZoneInfo(member.zone))
    today = local.date()
    held = [label for label in labels if label.held(at)]
    done: defaultdict[str, list[int]] = defaultdict(list)
    for one in past:
        done[one.type].extend([(today - one.day).days] * one.times)
    newly = (one for one in past if (today - one.day).days < PLACES_DAYS)
    cells = around(cell for one in newly for cell in one.cells) if allowed else None
    born = said.get(BORN)
    return Facts(
        local=local,
        locale=member.locale,
        member_days=(at - member.joined_at).days,
        tiers=frozenset(one.name for one in held if one.kind is LabelKind.TIER),
        segments=frozenset(one.name for one in held if one.kind is LabelKind.SEGMENT),
        age=None if born is None else _age(date.fromisoformat(born.plain), today),
        done=dict(done),
        cells=cells,
    )


def _age(born: date, today: date) -> int:
    """Whole years; who was born on a 29 February has the birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
