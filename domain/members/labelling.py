"""Labelling: the tier and the segments of members, and since when."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.members.errors import BadLabel, TooMany
from domain.members.records import Label, LabelKind, Member
from infra.db import Tx

NAME_CHARACTERS_MAX = 80
SEGMENTS_MAX = 100

LABELS = """
SELECT member, kind, name, valid_from, valid_until FROM member_label
WHERE programme = $1 AND member = ANY($2::uuid[]) ORDER BY member, valid_from, kind, name
"""
# Of two tiers at one moment the later word holds.
END_TIER = """
WITH unsaid AS (
    DELETE FROM member_label
    WHERE programme = $1 AND member = $2 AND kind = 'TIER' AND valid_from >= $4 AND name <> $3
)
UPDATE member_label SET valid_until = $4
WHERE programme = $1 AND member = $2 AND kind = 'TIER' AND name <> $3 AND valid_from < $4
  AND (valid_until IS NULL OR valid_until > $4)
"""
ADD = """
INSERT INTO member_label (programme, member, kind, name, valid_from)
SELECT $1, $2, $3, $4, $5
WHERE NOT EXISTS (
    SELECT FROM member_label WHERE programme = $1 AND member = $2 AND kind = $3 AND name = $4
       AND valid_until IS NULL)
ON CONFLICT (programme, member, kind, name, valid_from) DO UPDATE SET valid_until = NULL
"""
# Several members at once; NULL: they are in no tier any more.
END_TIERS = """
WITH said AS (
    SELECT s.member, s.name FROM unnest($2::uuid[], $3::text[]) AS s (member, name)
), unsaid AS (
    DELETE FROM member_label AS l USING said AS s
    WHERE l.programme = $1 AND l.member = s.member AND l.kind = 'TIER' AND l.valid_from >= $4
      AND l.name IS DISTINCT FROM s.name
)
UPDATE member_label AS l SET valid_until = $4 FROM said AS s
WHERE l.programme = $1 AND l.member = s.member AND l.kind = 'TIER' AND l.valid_from < $4
  AND l.name IS DISTINCT FROM s.name AND (l.valid_until IS NULL OR l.valid_until > $4)
"""
ADD_TIERS = """
INSERT INTO member_label (programme, member, kind, name, valid_from)
SELECT $1, s.member, 'TIER', s.name, $4
FROM unnest($2::uuid[], $3::text[]) AS s (member, name)
WHERE s.name IS NOT NULL AND NOT EXISTS (
    SELECT FROM member_label AS l WHERE l.programme = $1 AND l.member = s.member
       AND l.kind = 'TIER' AND l.name = s.name AND l.valid_until IS NULL)
ON CONFLICT (programme, member, kind, name, valid_from) DO UPDATE SET valid_until = NULL
"""
COUNT = """
SELECT count(*) FROM member_label
WHERE programme = $1 AND member = $2 AND kind = 'SEGMENT' AND valid_until IS NULL
"""
END = """
UPDATE member_label SET valid_until = greatest($5, valid_from)
WHERE programme = $1 AND member = $2 AND kind = $3 AND name = $4 AND valid_until IS NULL
"""


async def labels(
    ids: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Label]]:
    """Every label of these members by member, those that ended too, the earliest first.

    One without labels is left out. Which of them held at a time, `Label.held` says.
    """
    found: defaultdict[UUID, list[Label]] = defaultdict(list)
    for row in await tx.rows(LABELS, programme, list(ids)) if ids else []:
        kind = LabelKind(row["kind"])
        one = Label(kind, row["name"], row["valid_from"], row["valid_until"])
        found[row["member"]].append(one)
    return dict(found)


async def label(member: Member, *, kind: LabelKind, name: str, at: datetime, tx: Tx) -> None:
    """Call the member so from `at` on; a tier ends the one before. Again is fine.

    Refuses, in this order: BadLabel, TooMany.
    """
    name = _sound(name)
    if kind is LabelKind.TIER:
        await tx.run(END_TIER, member.programme, member.id, name, at)
    await tx.run(ADD, member.programme, member.id, kind, name, at)
    if await tx.value(COUNT, member.programme, member.id) > SEGMENTS_MAX:
        raise TooMany(limit=SEGMENTS_MAX)


async def label_tiers(
    tiers: Mapping[UUID, str | None], *, programme: int, at: datetime, tx: Tx
) -> None:
    """Call each of these members by their tier from `at` on, or by none; as `label`, many at once.
    The names are those of a ladder, so they are sound."""
    if tiers:
        said = list(tiers), list(tiers.values())
        await tx.run(END_TIERS, programme, *said, at)
        await tx.run(ADD_TIERS, programme, *said, at)


async def unlabel(member: Member, *, kind: LabelKind, name: str, at: datetime, tx: Tx) -> None:
    """Call the member so no longer; what they were not called is fine. Refuses: BadLabel."""
    await tx.run(END, member.programme, member.id, kind, _sound(name), at)


def _sound(name: str) -> str:
    sound = programmes.plain(name, longest=NAME_CHARACTERS_MAX)
    if not sound:
        raise BadLabel(f"a label is 1 to {NAME_CHARACTERS_MAX} characters of plain text")
    return sound
