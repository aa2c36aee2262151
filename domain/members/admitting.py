"""Admit: many members at once, whom another system knew before us.

They have a wallet and a loyalty number, and, unless it is said who vouches for them, no way to
sign in until their person comes: then `join` finds them by what the issuer has proved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import ledger
from domain.programmes import Programme
from infra import ids
from infra.db import Row, Tx

ADMITTED_MAX = 10_000

TAKEN = """
SELECT (SELECT coalesce(array_agg(external_ref), '{}') FROM member
        WHERE programme = $1 AND external_ref = ANY($2::text[])) AS refs,
       (SELECT coalesce(array_agg(handle), '{}') FROM member
        WHERE programme = $1 AND handle = ANY($3::text[])) AS handles,
       (SELECT coalesce(array_agg(issuer || E'\\x1f' || subject), '{}') FROM member_identity
        WHERE programme = $1
          AND (issuer, subject) IN (SELECT * FROM unnest($4::text[], $5::text[]))) AS identities
"""
# Somebody may have joined since the look: then the constraints decide, and the rows that are not
# there afterwards are told from the others by what comes back.
ADD = """
WITH asked AS (
    SELECT * FROM unnest($2::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::timestamptz[], $10::text[], $11::text[], $12::text[])
        AS a (id, account, handle, name, locale, zone, joined_at, ref, issuer, subject)
), added AS (
    INSERT INTO member (programme, id, book, account, handle, name, locale, zone, joined_at,
                        external_ref)
    SELECT $1, id, $3, account, handle, name, locale, zone, joined_at, ref FROM asked
    ON CONFLICT DO NOTHING
    RETURNING id, zone
), zoned AS (
    INSERT INTO member_zone (programme, member, valid_from, zone)
    SELECT $1, id, '-infinity', zone FROM added
), vouched AS (
    INSERT INTO member_identity (programme, issuer, subject, member, since)
    SELECT $1, a.issuer, a.subject, a.id, a.joined_at FROM asked AS a JOIN added USING (id)
    WHERE a.issuer IS NOT NULL
    ON CONFLICT DO NOTHING
)
SELECT id FROM added
"""
REACH = """
INSERT INTO member_contact (programme, member, kind, value, since)
SELECT $1, c.member, c.kind, c.value, $2
FROM unnest($3::uuid[], $4::text[], $5::text[]) AS c (member, kind, value)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A member to be, with everything in its one spelling already.

    id       -- theirs for ever; the same newcomer again has the same.
    identity -- who vouches for them, and what it calls them; None: nobody yet.
    email, phone -- how they are reached, as somebody said; nothing of it is proved.
    """

    id: UUID
    external_ref: str
    handle: str
    name: str
    locale: str
    zone: str
    joined_at: datetime
    identity: tuple[str, str] | None = None
    email: str | None = None
    phone: str | None = None


def newcomer_id(external_ref: str, *, programme: int, at: datetime) -> UUID:
    """The id of a newcomer with that loyalty number who is admitted at `at`."""
    return ids.derived(at, "members", programme, "admitted", external_ref)


async def admit(
    newcomers: Sequence[Newcomer], *, programme: Programme, at: datetime, tx: Tx
) -> Sequence[str | None]:
    """Make members of at most 10,000; for each, in their order, None or the code why not.

    Codes: REF_TAKEN, HANDLE_TAKEN, ALREADY_MEMBER, in this order; within the list the first wins.
    """
    assert len(newcomers) <= ADMITTED_MAX, f"at most {ADMITTED_MAX} members at once"
    answers = await _look(newcomers, programme.id, tx)
    free = [one for one, said in zip(newcomers, answers, strict=True) if said is None]
    if not free:
        return answers
    added = await _add(free, programme, tx)
    await _reach([one for one in free if one.id in added], programme.id, at, tx)
    return [
        "REF_TAKEN" if said is None and one.id not in added else said
        for one, said in zip(newcomers, answers, strict=True)
    ]


async def _look(newcomers: Sequence[Newcomer], programme: int, tx: Tx) -> list[str | None]:
    named = [one.identity for one in newcomers if one.identity is not None]
    row = await tx.row(
        TAKEN,
        programme,
        [one.external_ref for one in newcomers],
        [one.handle for one in newcomers],
        [issuer for issuer, _ in named],
        [subject for _, subject in named],
    )
    assert row is not None, "the look always has one row"
    taken = {name: set(row[name]) for name in ("refs", "handles", "identities")}
    return [_claimed(one, taken) for one in newcomers]


def _claimed(one: Newcomer, taken: Mapping[str, set[str]]) -> str | None:
    """Why the newcomer cannot be one; else nobody after them can be called the same."""
    who = None if one.identity is None else "\x1f".join(one.identity)
    if one.external_ref in taken["refs"]:
        return "REF_TAKEN"
    if one.handle in taken["handles"]:
        return "HANDLE_TAKEN"
    if who in taken["identities"]:
        return "ALREADY_MEMBER"
    taken["refs"].add(one.external_ref)
    taken["handles"].add(one.handle)
    if who is not None:
        taken["identities"].add(who)
    return None


async def _add(free: Sequence[Newcomer], programme: Programme, tx: Tx) -> set[UUID]:
    accounts = await ledger.open_accounts(
        len(free), book=programme.book, account_class=ledger.AccountClass.WALLET, tx=tx
    )
    rows: Sequence[Row] = await tx.rows(
        ADD,
        programme.id,
        [one.id for one in free],
        programme.book,
        accounts,
        [one.handle for one in free],
        [one.name for one in free],
        [one.locale for one in free],
        [one.zone for one in free],
        [one.joined_at for one in free],
        [one.external_ref for one in free],
        [one.identity and one.identity[0] for one in free],
        [one.identity and one.identity[1] for one in free],
    )
    return {row["id"] for row in rows}


async def _reach(added: Sequence[Newcomer], programme: int, at: datetime, tx: Tx) -> None:
    said = [(one.id, "EMAIL", one.email) for one in added if one.email is not None]
    said += [(one.id, "PHONE", one.phone) for one in added if one.phone is not None]
    if said:
        members, kinds, values = zip(*said, strict=True)
        await tx.run(REACH, programme, at, members, kinds, values)
