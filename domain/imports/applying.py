"""Apply: some rows of a file become members, or move points, by the verbs that always do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

from domain import ledger, members
from domain.imports.records import Came, Fault, Kind, Points
from domain.ledger import Item, Outcome
from domain.members import Member, Newcomer
from domain.programmes import Programme
from infra import ids
from infra.db import Tx

SOURCE = "import"
# What a taken name is called in a file.
COLUMNS = {"REF_TAKEN": "external_ref", "HANDLE_TAKEN": "handle", "ALREADY_MEMBER": "subject"}
TAKEN = "another member of the programme has it"
# What the ledger says, as a code of a row.
CODES = {
    Outcome.INSUFFICIENT: ("INSUFFICIENT_POINTS", "the member has fewer points"),
    Outcome.INVALID: ("BAD_POINTS", "the member would have more than 2^53 - 1 points"),
    Outcome.EXPIRY_BEHIND: ("EXPIRY_BEHIND", "last month is still being closed"),
}

KNOWN = """
SELECT ref, run = $2 AS ours FROM import_transaction
WHERE programme = $1 AND ref = ANY($3::text[])
"""
KEEP = """
INSERT INTO import_transaction (programme, ref, posting, run)
SELECT $1, t.ref, t.posting, $2 FROM unnest($3::text[], $4::uuid[]) AS t (ref, posting)
"""

Row: TypeAlias = tuple[int, Newcomer | Points]


async def apply(
    rows: Sequence[Row],
    *,
    kind: Kind,
    run: UUID,
    started_at: datetime,
    programme: Programme,
    at: datetime,
    tx: Tx,
) -> Came:
    """Do what these rows say; the same rows of the same run again are the same postings."""
    if kind is Kind.MEMBERS:
        numbers = [number for number, _ in rows]
        newcomers = [cast(Newcomer, one) for _, one in rows]
        codes = await members.admit(newcomers, programme=programme, at=at, tx=tx)
        faults = [
            Fault(number, COLUMNS[code], code, TAKEN)
            for number, code in zip(numbers, codes, strict=True)
            if code is not None
        ]
        return Came(len(rows) - len(faults), 0, faults)
    asked = [cast(Points, one) for _, one in rows]
    return await _move(asked, run=run, started_at=started_at, programme=programme, at=at, tx=tx)


async def _move(
    asked: Sequence[Points],
    *,
    run: UUID,
    started_at: datetime,
    programme: Programme,
    at: datetime,
    tx: Tx,
) -> Came:
    refs = list(dict.fromkeys(one.external_ref for one in asked))
    found = await members.referred(refs, source=SOURCE, programme=programme.id, tx=tx)
    fresh, known, faults = await _fresh(asked, found, run, programme.id, tx)
    items = [_item(one, found[one.external_ref], run, started_at) for one in fresh]
    results = await ledger.post(items, book=programme.book, at=at, tx=tx)
    done = [(one, result) for one, result in zip(fresh, results, strict=True) if result.done]
    faults += [
        Fault(one.row, "points", *CODES[result.outcome])
        for one, result in zip(fresh, results, strict=True)
        if not result.done
    ]
    kept = [(one.ref, result.id) for one, result in done if one.ref]
    if kept:
        names, postings = zip(*kept, strict=True)
        await tx.run(KEEP, programme.id, run, names, postings)
    return Came(len(done), known, sorted(faults))


async def _fresh(
    asked: Sequence[Points], found: Mapping[str, Member], run: UUID, programme: int, tx: Tx
) -> tuple[list[Points], int, list[Fault]]:
    """Those that have not been imported, how many had been, and the faults."""
    named = [one.ref for one in asked if one.ref]
    rows = await tx.rows(KNOWN, programme, run, named) if named else []
    before = {row["ref"]: row["ours"] for row in rows}
    fresh, known, faults = [], 0, []
    for one in asked:
        if one.external_ref not in found:
            faults.append(Fault(one.row, "external_ref", "NO_SUCH_MEMBER", "nobody is called so"))
        elif one.ref and before.get(one.ref):
            faults.append(Fault(one.row, "id", "DUPLICATE", "an earlier row has the same id"))
        elif one.ref in before:
            known += 1
        else:
            fresh.append(one)
            if one.ref:
                before[one.ref] = True
    return fresh, known, faults


def _item(one: Points, member: Member, run: UUID, started_at: datetime) -> Item:
    id = ids.derived(started_at, "imports", run, one.row)
    meta: dict[str, Any] = {"why": "import"}
    if one.text is not None:
        meta["text"] = one.text
    if one.ref:
        meta["ref"] = one.ref
    if one.happened_at is not None:
        meta["at"] = one.happened_at.isoformat()
    if one.points > 0:
        return ledger.issue(one.points, account=member.account, id=id, month=one.month, meta=meta)
    return ledger.spend(-one.points, account=member.account, id=id, meta=meta)
