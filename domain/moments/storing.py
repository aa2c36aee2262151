"""Storing: the one place that writes the row of a treat; what it holds and has paid is written by
`holding` alone."""

from dataclasses import replace
from typing import Any

from domain.moments import writing
from domain.moments.records import Treat
from infra.db import Tx

ADD = """
INSERT INTO treat (programme, id, owner, partner, kind, name, texts, fits, seconds_min, cost,
                   worth, member_max, member_days, valid_from, valid_until, state, halted, book,
                   account, funded, held, captured, returned, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10, $11, $12, $13, $14, $15, $16, false,
        $17, $18, 0, 0, 0, 0, $19)
"""
KEEP = """
UPDATE treat
SET kind = $3, name = $4, texts = $5::text::jsonb, fits = $6, seconds_min = $7, cost = $8,
    worth = $9, member_max = $10, member_days = $11, valid_from = $12, valid_until = $13,
    state = $14, halted = $15, reason = $16, funded = $17, returned = $18, ended_at = $19
WHERE programme = $1 AND id = $2
"""


async def add(one: Treat, *, tx: Tx) -> None:
    """Write a new treat."""
    who, money = (one.owner, one.partner), (one.book, one.account, one.created_at)
    await tx.run(ADD, one.programme, one.id, *who, *_words(one), one.state, *money)


async def keep(treat: Treat, *, tx: Tx, **changes: Any) -> Treat:
    """Write a held treat with these changes; the treat as it is now."""
    one = replace(treat, **changes)
    ends = (one.state, one.halted, one.reason, one.funded, one.returned, one.ended_at)
    await tx.run(KEEP, one.programme, one.id, *_words(one), *ends)
    return one


def _words(one: Treat) -> tuple[object, ...]:
    terms = one.terms
    return (
        terms.kind,
        terms.name,
        writing.write_texts(terms.texts),
        sorted(terms.fits),
        terms.seconds_min,
        terms.cost,
        terms.worth,
        terms.member_max,
        terms.member_days,
        terms.valid_from,
        terms.valid_until,
    )
