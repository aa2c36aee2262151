"""Storing: the one place that writes the row of an offer; what it holds and has paid is written by
`holding` alone. It also counts the changes of what is live."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from domain.offers import reading
from domain.offers.records import Creative, Offer, State
from infra.db import Tx

ADD = """
INSERT INTO offer (programme, id, owner, partner, kind, name, creatives, rule, placements, about,
                   margin, cost, promise, points, hundredths, most, times, types, within_hours,
                   reward, challenge, accept_max, shown_max, member_days, total_max,
                   holdout_percent, valid_from, valid_until, state, halted, version, book, account,
                   funded, held, captured, returned, accepted, created_at)
VALUES ($1, $2, $28, $29, $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
        $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, false, 1, $30, $31, 0, 0, 0, 0,
        0, $32)
"""
KEEP = """
UPDATE offer
SET kind = $3, name = $4, creatives = $5::text::jsonb, rule = $6, placements = $7, about = $8,
    margin = $9, cost = $10, promise = $11, points = $12, hundredths = $13, most = $14,
    times = $15, types = $16, within_hours = $17, reward = $18, challenge = $19, accept_max = $20,
    shown_max = $21, member_days = $22, total_max = $23, holdout_percent = $24, valid_from = $25,
    valid_until = $26, state = $27, halted = $28, reason = $29, version = $30, funded = $31,
    returned = $32, ended_at = $33
WHERE programme = $1 AND id = $2
"""
# Whoever changes what is live holds the row until the commit, so versions are in commit order. They
# are microseconds, so that a database that was restored never has an old number for something new.
TURN = """
INSERT INTO offer_shelf AS s (programme, version)
VALUES ($1, floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
ON CONFLICT (programme) DO UPDATE SET version = greatest(s.version + 1, excluded.version)
"""


async def add(one: Offer, *, tx: Tx) -> None:
    """Write a new offer."""
    who = (one.owner, one.partner)
    await tx.run(ADD, *_words(one), *who, one.book, one.account, one.created_at)


async def keep(offer: Offer, *, tx: Tx, **changes: Any) -> Offer:
    """Write a held offer with these changes; the offer as it is now."""
    one = replace(offer, **changes)
    ends = (one.halted, one.reason, one.version, one.funded, one.returned, one.ended_at)
    await tx.run(KEEP, *_words(one), *ends)
    if (offer.state is State.LIVE) != (one.state is State.LIVE):
        await tx.run(TURN, one.programme)
    return one


def read_creatives(text: str) -> Mapping[str, Creative]:
    """The creatives that were kept as this text."""
    return {language: Creative(*words) for language, words in orjson.loads(text).items()}


def _words(one: Offer) -> tuple[object, ...]:
    terms, gain = one.terms, one.terms.gain
    return (
        one.programme,
        one.id,
        terms.kind,
        terms.name,
        _creatives(terms.creatives),
        reading.write_text(terms.rule),
        sorted(terms.placements),
        list(terms.about),
        terms.margin,
        terms.cost,
        terms.promise,
        gain.points,
        gain.hundredths,
        gain.most,
        gain.times,
        sorted(gain.types),
        gain.within_hours,
        gain.reward,
        gain.challenge,
        terms.accept_max,
        terms.shown_max,
        terms.member_days,
        terms.total_max,
        terms.holdout_percent,
        terms.valid_from,
        terms.valid_until,
        one.state,
    )


def _creatives(creatives: Mapping[str, Creative]) -> str:
    plain = {
        language: [one.title, one.body, one.image, one.alt, one.action]
        for language, one in creatives.items()
    }
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
