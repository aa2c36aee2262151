"""Storing: the one place that writes the row of a reward; its counters are written by `taking`
alone, and its stock by `drafting`."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.rewards import writing
from domain.rewards.errors import RewardCodeTaken
from domain.rewards.records import Reward
from infra import db
from infra.db import Tx

ADD = """
INSERT INTO reward (programme, id, owner, partner, kind, code, name, texts, images, price,
                    cash_minor, value_minor, currency, tiers, segments, age_min, member_max,
                    member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
                    reserve_seconds, refund_days, state, version, created_at, halted, reserved,
                    redeemed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb, $10, $11, $12, $13, $14, $15,
        $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, false, 0, 0)
"""
KEEP = """
UPDATE reward
SET kind = $3, code = $4, name = $5, texts = $6::text::jsonb, images = $7::text::jsonb, price = $8,
    cash_minor = $9, value_minor = $10, currency = $11, tiers = $12, segments = $13, age_min = $14,
    member_max = $15, member_days = $16, total_max = $17, total_days = $18, valid_from = $19,
    valid_until = $20, outlets = $21, cause = $22, reserve_seconds = $23, refund_days = $24,
    state = $25, version = $26, halted = $27, reason = $28, ended_at = $29
WHERE programme = $1 AND id = $2
"""
ADD_VERSION = """
INSERT INTO reward_version (programme, reward, version, price, cash_minor, currency, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def add(one: Reward, *, tx: Tx) -> None:
    """Write a new reward, and its first price. Refuses RewardCodeTaken."""
    ends = (one.state, one.version, one.created_at)
    words = (one.programme, one.id, one.owner, one.partner, *_words(one), *ends)
    await _write(ADD, *words, tx=tx)
    await _add_version(one, at=one.created_at, tx=tx)


async def keep(reward: Reward, *, at: datetime, tx: Tx, **changes: Any) -> Reward:
    """Write a held reward with these changes, and its price where that is a new one; the reward
    as it is now. Refuses RewardCodeTaken."""
    one = replace(reward, **changes)
    if _price(one) != _price(reward):
        one = replace(one, version=reward.version + 1)
        await _add_version(one, at=at, tx=tx)
    ends = (one.state, one.version, one.halted, one.reason, one.ended_at)
    await _write(KEEP, one.programme, one.id, *_words(one), *ends, tx=tx)
    return one


async def _write(sql: str, *words: object, tx: Tx) -> None:
    """The index alone knows whether somebody else takes the code at the same time."""
    try:
        async with tx.savepoint():
            await tx.run(sql, *words)
    except db.UniqueViolation as error:
        raise RewardCodeTaken("another reward is called by that code") from error


async def _add_version(one: Reward, *, at: datetime, tx: Tx) -> None:
    await tx.run(ADD_VERSION, one.programme, one.id, one.version, *_price(one), at)


def _price(one: Reward) -> tuple[object, ...]:
    return one.terms.price, one.terms.cash_minor, one.terms.currency


def _words(one: Reward) -> tuple[object, ...]:
    terms = one.terms
    return (
        terms.kind,
        terms.code,
        terms.name,
        writing.write_texts(terms.texts),
        writing.write_images(terms.images),
        terms.price,
        terms.cash_minor,
        terms.value_minor,
        terms.currency,
        sorted(terms.tiers),
        sorted(terms.segments),
        terms.age_min,
        terms.member_max,
        terms.member_days,
        terms.total_max,
        terms.total_days,
        terms.valid_from,
        terms.valid_until,
        sorted(terms.outlets),
        terms.cause,
        terms.reserve_seconds,
        terms.refund_days,
    )
