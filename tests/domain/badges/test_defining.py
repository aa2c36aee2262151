"""Defining: which badges are sound, and what may change of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import badges, ledger, metrics
from domain.badges import Badge, Draft, Period
from domain.metrics import Filter, Metric
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.badges.shelves import a_badge, a_rule
from tests.support import given
from tests.support.given import NOON

SOUND = Draft(
    key="far",
    name="Far",
    description="For those who go on.",
    levels=("Bronze", "Silver", "Gold"),
    rule=a_rule(10_000, 20_000, 30_000),
)


async def define(draft: Draft, *, tx: Tx, **words: Any) -> Badge:
    said = {"id": ids.new(NOON), "at": NOON, **words}
    return await badges.define(draft, tx=tx, **said)


async def test_given_a_draft_when_defined_then_it_is_known_by_its_key_with_all_it_asks(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    rule = a_rule(
        metric=Metric.DAYS,
        period=Period.MONTH,
        filter=Filter(partners=frozenset({"north"}), from_minute=360, until_minute=540),
        first_day=NOON.date(),
    )
    draft = replace(SOUND, name=" Far ", rule=replace(rule, thresholds=(1, 2, 3)), secret=True)
    id = ids.new(NOON)

    made = await define(draft, programme=programme.id, id=id, tx=tx)
    again = await define(draft, programme=programme.id, id=id, at=NOON + timedelta(1), tx=tx)

    known = await badges.known(["far", "near"], programme=programme.id, tx=tx)
    assert known == {"far": made}
    assert (again, made.name, made.rule) == (made, "Far", draft.rule)
    other = await given.a_programme(tx=tx)
    assert await badges.known(["far"], programme=other.id, tx=tx) == {}


def _rule(*thresholds: int, **words: Any) -> Draft:
    levels = ("A", "B", "C", "D", "E")[: len(thresholds)]
    return replace(SOUND, levels=levels, rule=a_rule(*thresholds, **words))


BAD = badges.BadBadge
REFUSALS: dict[str, tuple[Draft, type[Refused], str]] = {
    "a short key": (replace(SOUND, key="a"), BAD, "key"),
    "a long key": (replace(SOUND, key="a" * 41), BAD, "key"),
    "a key with capitals": (replace(SOUND, key="Far"), BAD, "key"),
    "a key of two hyphens": (replace(SOUND, key="so--far"), BAD, "key"),
    "no name": (replace(SOUND, name=" "), BAD, "name"),
    "a long name": (replace(SOUND, name="n" * 81), BAD, "name"),
    "no description": (replace(SOUND, description=""), BAD, "description"),
    "two lines": (replace(SOUND, description="a\nb"), BAD, "description"),
    "no level": (replace(SOUND, levels=(), rule=None), BAD, "levels"),
    "six levels": (replace(SOUND, levels=tuple("ABCDEF"), rule=None), BAD, "levels"),
    "a level without a name": (replace(SOUND, levels=("A", "", "C")), BAD, "levels"),
    "two levels of one name": (replace(SOUND, levels=("A", "B", "A")), BAD, "levels"),
    "too few thresholds": (replace(SOUND, rule=a_rule(1, 2)), BAD, "thresholds"),
    "a threshold of zero": (_rule(0), BAD, "thresholds"),
    "a negative threshold": (_rule(-5, 5), BAD, "thresholds"),
    "an absurd threshold": (_rule(10**12 + 1), BAD, "thresholds"),
    "thresholds that fall": (_rule(5, 4), BAD, "thresholds"),
    "thresholds that stay": (_rule(5, 5), BAD, "thresholds"),
    "one activity": (_rule(1, metric=Metric.COUNT, period=Period.ACTIVITY), BAD, "metric"),
    "days of a day": (_rule(1, metric=Metric.DAYS, period=Period.DAY), BAD, "period"),
    "partners in one go": (_rule(1, metric=Metric.PARTNERS, period=Period.ACTIVITY), BAD, "period"),
    "a bad filter": (_rule(1, filter=Filter(from_minute=1)), metrics.BadFilter, "until_minute"),
}


@pytest.mark.parametrize("case", list(REFUSALS))
async def test_given_an_unsound_draft_when_defined_then_it_is_refused_with_its_place(
    case: str, tx: Tx
) -> None:
    draft, refusal, place = REFUSALS[case]
    programme = await given.a_programme(tx=tx)

    with pytest.raises(Refused) as refused:
        await define(draft, programme=programme.id, tx=tx)

    assert type(refused.value) is refusal
    assert refused.value.path[-1] == place


async def test_given_other_badges_when_defined_then_ids_and_keys_are_used_once(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    first = await define(SOUND, programme=programme.id, tx=tx)

    for draft, id, refusal in (
        (replace(SOUND, name="Other"), first.id, ledger.KeyReused),
        (SOUND, ids.new(NOON), badges.BadgeKeyTaken),
    ):
        with pytest.raises(refusal):
            await define(draft, programme=programme.id, id=id, tx=tx)


async def test_given_as_many_badges_as_may_be_when_one_more_is_defined_then_it_is_refused(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await tx.run(
        """
        INSERT INTO badge (programme, id, key, name, description, levels, secret, kept, created_at)
        SELECT $1, gen_random_uuid(), 'b' || n, 'B', 'B', '{One}', false, false, $2
        FROM generate_series(1, 1000) AS n
        """,
        programme.id,
        NOON,
    )

    with pytest.raises(badges.TooManyBadges) as refused:
        await define(SOUND, programme=programme.id, tx=tx)

    assert refused.value.limit == 1_000


async def test_given_a_badge_when_reworded_then_its_words_change_and_nothing_it_asks_for(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    far = await a_badge(programme.id, tx=tx)
    words = {"name": "Further", "description": "On.", "levels": ("I", "II", "III")}

    told = await badges.reword(far.id, **words, programme=programme.id, tx=tx)

    assert told == replace(far, **words)
    assert await badges.several([far.id], programme=programme.id, tx=tx) == {far.id: told}
    for changed, refusal in (
        ({"levels": ("I", "II")}, badges.BadBadge),
        ({"name": ""}, badges.BadBadge),
    ):
        with pytest.raises(refusal):
            await badges.reword(far.id, **{**words, **changed}, programme=programme.id, tx=tx)
    other = await given.a_programme(tx=tx)
    for verb in (badges.reword(far.id, **words, programme=other.id, tx=tx),
                 badges.retire(far.id, programme=other.id, at=NOON, tx=tx)):  # fmt: skip
        with pytest.raises(badges.NoSuchBadge):
            await verb
