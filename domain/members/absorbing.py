"""Absorbing: one member takes over what makes another one findable, and gives just that back.

What moves is told as plain JSON, for whoever must undo it. Both members are locked by then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.members.filling import Value, said, set_values, unset
from domain.members.records import Member
from domain.members.surviving import Known, taken_over
from infra.db import Tx

# Who was merged into the duplicate earlier is now part of the survivor: one step for all.
MARK = """
WITH followers AS (
    UPDATE member SET merged_into = $3 WHERE programme = $1 AND merged_into = $2 RETURNING id
), merged AS (
    UPDATE member SET state = 'MERGED', merged_into = $3 WHERE programme = $1 AND id = $2
)
SELECT array_agg(id ORDER BY id) FROM followers
"""
UNMARK = """
WITH followers AS (
    UPDATE member SET merged_into = $2
    WHERE programme = $1 AND id = ANY($4::uuid[]) AND merged_into = $5
)
UPDATE member SET state = $3, merged_into = NULL WHERE programme = $1 AND id = $2
"""
TAKE_IDENTITIES = """
UPDATE member_identity SET member = $3 WHERE programme = $1 AND member = $2
RETURNING issuer, subject
"""
GIVE_IDENTITIES = """
UPDATE member_identity AS i SET member = $3
FROM unnest($4::text[], $5::text[]) AS g (issuer, subject)
WHERE i.programme = $1 AND i.member = $2 AND i.issuer = g.issuer AND i.subject = g.subject
"""
TAKE_LINKS = """
UPDATE member_link SET member = $3 WHERE programme = $1 AND member = $2 RETURNING source, ref
"""
GIVE_LINKS = """
UPDATE member_link AS l SET member = $3
FROM unnest($4::text[], $5::text[]) AS g (source, ref)
WHERE l.programme = $1 AND l.member = $2 AND l.source = g.source AND l.ref = g.ref
"""
# What both have stays with each.
TAKE_CONTACTS = """
UPDATE member_contact AS c SET member = $3 WHERE programme = $1 AND member = $2
AND NOT EXISTS (SELECT FROM member_contact AS s
                WHERE s.programme = $1 AND s.member = $3 AND s.kind = c.kind AND s.value = c.value)
RETURNING kind, value
"""
GIVE_CONTACTS = """
UPDATE member_contact AS c SET member = $3
FROM unnest($4::text[], $5::text[]) AS g (kind, value)
WHERE c.programme = $1 AND c.member = $2 AND c.kind = g.kind AND c.value = g.value
"""
# Proof that the duplicate had counts for the survivor too.
PROVE = """
UPDATE member_contact AS s SET verified_at = d.verified_at FROM member_contact AS d
WHERE s.programme = $1 AND s.member = $3 AND s.verified_at IS NULL
  AND d.programme = $1 AND d.member = $2 AND d.kind = s.kind AND d.value = s.value
  AND d.verified_at IS NOT NULL
RETURNING s.kind, s.value
"""
UNPROVE = """
UPDATE member_contact AS c SET verified_at = NULL
FROM unnest($3::text[], $4::text[]) AS g (kind, value)
WHERE c.programme = $1 AND c.member = $2 AND c.kind = g.kind AND c.value = g.value
"""

Pairs = Sequence[Sequence[str]]


async def absorb(survivor: Member, *, duplicate: Member, at: datetime, tx: Tx) -> Mapping[str, Any]:
    """What the survivor took over of the duplicate, which is MERGED now."""
    ends = (survivor.programme, duplicate.id, survivor.id)
    return {
        "state": duplicate.state,
        "followers": [str(id) for id in await tx.value(MARK, *ends) or []],
        "identities": _pairs(await tx.rows(TAKE_IDENTITIES, *ends)),
        "links": _pairs(await tx.rows(TAKE_LINKS, *ends)),
        "proved": _pairs(await tx.rows(PROVE, *ends)),
        "contacts": _pairs(await tx.rows(TAKE_CONTACTS, *ends)),
        "values": await _take_values(survivor, duplicate, at, tx),
    }


async def give_back(
    moved: Mapping[str, Any], *, survivor: Member, duplicate: Member, at: datetime, tx: Tx
) -> None:
    """Just that goes back, as far as the survivor still has it; the duplicate is as it was."""
    programme, ends = survivor.programme, (survivor.programme, survivor.id, duplicate.id)
    followers = [UUID(id) for id in moved["followers"]]
    await tx.run(UNMARK, programme, duplicate.id, moved["state"], followers, survivor.id)
    await tx.run(GIVE_IDENTITIES, *ends, *_columns(moved["identities"]))
    await tx.run(GIVE_LINKS, *ends, *_columns(moved["links"]))
    await tx.run(GIVE_CONTACTS, *ends, *_columns(moved["contacts"]))
    await tx.run(UNPROVE, programme, survivor.id, *_columns(moved["proved"]))
    await _give_values(moved["values"], survivor, at, tx)


async def _take_values(
    survivor: Member, duplicate: Member, at: datetime, tx: Tx
) -> Sequence[Mapping[str, Any]]:
    """The profile fields that the survivor now has from the duplicate, with what was before."""
    both = await said([survivor.id, duplicate.id], programme=survivor.programme, tx=tx)
    here, there = _known(both.get(survivor.id, {})), _known(both.get(duplicate.id, {}))
    better = taken_over(here, there)
    values = {key: both[duplicate.id][key] for key in better}
    await set_values(survivor, values, at=at, actor="MERGE", tx=tx)
    before = both.get(survivor.id, {})
    return [
        {
            "key": key,
            "kind": values[key].kind,
            "before": before[key].plain if key in before else None,
            "after": values[key].plain,
            "said_at": before[key].set_at.isoformat() if key in before else None,
        }
        for key in sorted(values)
    ]


async def _give_values(
    moved: Sequence[Mapping[str, Any]], survivor: Member, at: datetime, tx: Tx
) -> None:
    """What the survivor has not changed since is again what it was."""
    now = (await said([survivor.id], programme=survivor.programme, tx=tx)).get(survivor.id, {})
    same = [one for one in moved if one["key"] in now and now[one["key"]].plain == one["after"]]
    back = {
        one["key"]: Value.of(one["kind"], one["before"], datetime.fromisoformat(one["said_at"]))
        for one in same
        if one["before"] is not None
    }
    await set_values(survivor, back, at=at, actor="MERGE", tx=tx)
    gone = [one["key"] for one in same if one["before"] is None]
    await unset(survivor, gone, at=at, actor="MERGE", tx=tx)


def _known(values: Mapping[str, Value]) -> Mapping[str, Known]:
    return {key: Known(value.plain, value.set_at) for key, value in values.items()}


def _pairs(rows: Sequence[Mapping[str, Any]]) -> Sequence[Sequence[str]]:
    return sorted([list(row.values()) for row in rows])


def _columns(pairs: Pairs) -> tuple[list[str], list[str]]:
    return [first for first, _ in pairs], [second for _, second in pairs]
