"""A programme in which some members like tea and the others like shoes, and a model of it."""

import random
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from domain import interactions
from domain.interactions import Note
from domain.members import Member
from domain.offers import Offer, OfferKind
from domain.programmes import Programme
from domain.trainings import Trained
from infra import clock, db, ids
from infra.db import Tx
from infra.recommending import FEATURES, Question
from recommender.model import Settings
from tests.domain.interactions.making import an_open_member
from tests.domain.offers import making as offering
from tests.support import given
from workers import training
from workers.recommending import said
from workers.tabling import Tables

TEA = tuple(f"product:tea-{n}" for n in range(6))
SHOES = tuple(f"product:shoe-{n}" for n in range(6))
QUICK = Settings(factors=8, iterations=4, trees=20, leaves=7, leaf_min=5)


@dataclass(frozen=True, slots=True)
class Scene:
    """tea, shoes -- an offer about each; of a kind that costs nothing."""

    programme: Programme
    members: Sequence[Member]
    tea: Offer
    shoes: Offer


async def a_scene(*, people: int = 16) -> Scene:
    """Committed, and every second member drinks tea."""
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        members = [await an_open_member(programme, tx=tx) for _ in range(people)]
        notes = [note for place, one in enumerate(members) for note in habits(one, place)]
        await interactions.note(notes, programme=programme.id, tx=tx)
        tea = await an_offer(programme, TEA[:2], tx=tx)
        shoes = await an_offer(programme, SHOES[:2], tx=tx)
    return Scene(programme, members, tea, shoes)


def habits(member: Member, place: int) -> list[Note]:
    """Thirty things that they had in the last sixty days."""
    chance, found = random.Random(place), []
    for days in range(1, 61, 2):
        at = clock.now() - timedelta(days=days, seconds=chance.randrange(3_600))
        item = chance.choice(TEA if place % 2 == 0 else SHOES)
        found.append(Note(member.id, item, 1.0, at, ids.derived(at, member.id, item)))
    return found


async def an_offer(programme: Programme, about: Sequence[str], *, tx: Tx, **said: Any) -> Offer:
    words: dict[str, Any] = {
        "kind": OfferKind.CONTENT,
        "about": tuple(about),
        "gain": offering.Gain(),
    }
    return await offering.live(programme, None, tx, **(words | said))


async def train(programme: Programme, folder: Path) -> Trained:
    outcome = await training.train(
        programme, folder=folder, settings=QUICK, told=lambda what, share: None
    )
    return outcome.trained


async def question(member: Member, *, at: datetime | None = None, **said: Any) -> Question:
    """What is asked for the member at HOME, with what they did."""
    now = at or clock.now()
    async with db.reading() as tx:
        seen = await interactions.history(member.id, programme=member.programme, at=now, tx=tx)
    history = [(one.item, one.weight, one.at.timestamp()) for one in seen]
    words: dict[str, Any] = {"placement": "HOME", "history": history}
    return Question(member.programme, str(member.id), now.timestamp(), **(words | said))


def answered(asked: Question, tables: Tables) -> Any:
    """What the process would send back."""
    message = orjson.dumps({"number": 1, "question": asked})
    return orjson.loads(said(message, tables))


def features(answer: Any) -> dict[str, tuple[float, ...]]:
    """What the bandit learns by, of each item."""
    each = FEATURES.iter_unpack(b64decode(answer["features"]))
    return dict(zip(chances(answer), each, strict=True))


def chances(answer: Any) -> dict[str, float]:
    """p of each item, the first one first."""
    return {item: p for item, p, *_ in answer["scored"]}
