"""What terms name must be there, and be for those to know who name it."""

from typing import Any

import pytest

from domain import badges, challenges
from domain.challenges import Audience, BadAudience, BadReward, Milestone, Reward
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import DAY, OPERATOR, a_payer, draft, live, made
from tests.support import given
from tests.support.given import NOON


async def a_badge(club: Programme, key: str, tx: Tx, **words: Any) -> badges.Badge:
    said = {"name": key.title(), "description": "For tests.", "levels": ("Bronze", "Silver")}
    draft = badges.Draft(key=key, **said, **words)
    return await badges.define(draft, programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)


def part(**said: Any) -> dict[str, Any]:
    return {"milestones": (Milestone(50, Reward(points=1, **said)),)}


def whole(**said: Any) -> dict[str, Any]:
    return {"reward": Reward(points=100, **said)}


def held(*keys: str) -> dict[str, Any]:
    return {"audience": Audience(badges=frozenset(keys))}


FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("no badge", whole(badge="none"), BadReward, "terms.reward.badge"),
    ("a retired one", whole(badge="old"), BadReward, "terms.reward.badge"),
    ("no level", whole(badge="early", level=3), BadReward, "terms.reward.level"),
    ("elsewhere", whole(badge="theirs"), BadReward, "terms.reward.badge"),
    ("part of the way", part(badge="none"), BadReward, "terms.milestones.0.reward.badge"),
    ("a secret", whole(badge="hush"), BadReward, "terms.reward.badge"),
    ("a secret to be held", held("hush"), BadAudience, "terms.audience.badges"),
    ("to be held", held("early", "none"), BadAudience, "terms.audience.badges"),
]


@pytest.mark.parametrize(
    ("said", "refusal", "path"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
async def test_given_terms_that_name_what_is_not_there_when_made_then_refused_where_it_is_said(
    said: dict[str, Any], refusal: type[Refused], path: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)
    await a_badge(club, "early", tx)
    await a_badge(club, "hush", tx, secret=True)
    old = await a_badge(club, "old", tx)
    await badges.retire(old.id, programme=club.id, at=NOON, tx=tx)
    await a_badge(await given.a_programme(tx=tx), "theirs", tx)

    with pytest.raises(refusal) as refused:
        await made(payer, tx, **said)

    assert ".".join(refused.value.path) == path


async def test_given_badges_and_challenges_to_be_known_when_named_then_they_are_kept(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ours, theirs = await a_payer(club, tx=tx), await a_payer(club, tx=tx)
    await a_badge(club, "early", tx)
    shown, own = await live(theirs, tx), await made(ours, tx)
    hidden = await live(theirs, tx, disclosed_at=NOON + DAY)
    wanted = Audience(badges=frozenset({"early"}), challenges=frozenset({shown.id, own.id}))

    one = await made(ours, tx, **whole(badge="early", level=2), audience=wanted)

    assert one.terms.audience == wanted
    with pytest.raises(BadAudience):
        await made(ours, tx, audience=Audience(challenges=frozenset({hidden.id})))


async def test_given_a_secret_badge_when_the_programme_gives_it_then_it_may(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    await a_badge(club, "hush", tx, secret=True)
    said = draft(**whole(badge="hush"))

    one = await challenges.create(
        said, programme=club.id, operator=OPERATOR, id=ids.new(NOON), at=NOON, tx=tx
    )

    assert one.terms.reward.badge == "hush"
