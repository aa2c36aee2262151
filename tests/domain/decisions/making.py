"""Making: the sentences that the tests of decisions begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import decisions, interactions, members
from domain.decisions import Decision, Placement, Plan, Response, Slate
from domain.members import Member
from domain.offers import Gain, Offer, OfferKind
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.recommending import Answer, Scored
from tests.domain.offers import making as of_offers
from tests.support import given
from tests.support.given import NOON

DAY, HOUR, MINUTE = of_offers.DAY, of_offers.HOUR, of_offers.MINUTE
FEATURES = (1.0, *(n / 20 for n in range(1, 20)))
SUMS = "SELECT sum(n)::int AS n, sum(taken)::int AS taken FROM bandit WHERE programme = $1"


@dataclass(frozen=True, slots=True)
class Scene:
    """A member who agreed to be shown what they like, and offers of the programme that are live.

    In their order in the plain list, which is by what they leave.
    """

    programme: Programme
    member: Member
    offers: Sequence[Offer]

    def item(self, place: int) -> str:
        """The item of one of the offers."""
        return f"offer:{self.offers[place].id}"


async def a_scene(tx: Tx, *, count: int = 3, agreed: bool = True, **said: Any) -> Scene:
    """`count` things to read, the first of which leaves most; nobody is held out."""
    programme = await given.a_programme(tx=tx)
    member = await given.a_member(programme, tx=tx)
    if agreed:
        await agrees(member, tx)
    made = [await an_offer(programme, tx, margin=100 * (count - n), **said) for n in range(count)]
    await decisions.set_rules(holdout_percent=0, plain=[], programme=programme.id, tx=tx)
    return Scene(programme, member, made)


async def an_offer(programme: Programme, tx: Tx, **said: Any) -> Offer:
    words: dict[str, Any] = {
        "kind": OfferKind.CONTENT,
        "gain": Gain(),
        "accept_max": None,
        "about": ("product:coffee",),
        **said,
    }
    points = words.pop("points", 500)
    return await of_offers.live(programme, None, tx, points=points, **words)


async def agrees(member: Member, tx: Tx, *, given: bool = True, at: datetime = NOON) -> None:
    words: dict[str, Any] = {"version": "1", "channel": "APP", "given": given, "at": at}
    await members.set_consent(member, purpose=interactions.PERSONALISATION, tx=tx, **words)


async def plan(
    scene: Scene,
    tx: Tx,
    *,
    count: int = 3,
    placement: Placement = Placement.HOME,
    member: Member | None = None,
    at: datetime = NOON,
) -> Plan:
    who = member or scene.member
    return await decisions.plan(who, placement=placement, count=count, at=at, tx=tx)


async def shows(
    scene: Scene, tx: Tx, *, answer: Answer | None = None, at: datetime = NOON, **said: Any
) -> Slate:
    """What the member is shown when that is what the models say."""
    made = await plan(scene, tx, at=at, **said)
    return await decisions.decide(made, answer=answer, at=at, tx=tx)


def estimates(scene: Scene, by: Mapping[int, float] | Sequence[float], **said: Any) -> Answer:
    """The models say that the offer at a place is taken with a probability."""
    pairs = by.items() if isinstance(by, Mapping) else enumerate(by)
    scored = [
        Scored(
            item=scene.item(place),
            p=p,
            spread=0.01,
            features=FEATURES,
            reasons=said.get("reasons", (("POPULAR", 0.5),)),
            source="als",
            like=said.get("like"),
        )
        for place, p in pairs
    ]
    return Answer("model-1", scored, warm=True)


async def answers(
    decision: Decision, response: Response, member: Member, tx: Tx, *, at: datetime = NOON
) -> Decision:
    return await decisions.respond(decision.id, response, member=member, at=at, tx=tx)


async def learnt(programme: Programme, tx: Tx) -> tuple[int, int]:
    """How many were seen, and taken, as the bandit knows."""
    row = await tx.row(SUMS, programme.id)
    assert row is not None
    return row["n"] or 0, row["taken"] or 0


async def warmed(programme: Programme, tx: Tx) -> None:
    """As many were shown something, and took it, as it needs to believe the models."""
    await tx.run(WARM, programme.id)


def items(slate: Slate) -> list[str]:
    return [one.item for one in slate.decisions]


async def tally(scene: Scene, place: int, tx: Tx) -> decisions.Tally:
    item = scene.item(place)
    found = await decisions.tallies([item], programme=scene.programme.id, tx=tx)
    return found.get(item, decisions.Tally())


async def history(member: Member, tx: Tx) -> set[str]:
    """The items that the member is known to have done something with."""
    seen = await interactions.history(
        member.id, programme=member.programme, at=NOON + 30 * DAY, tx=tx
    )
    return {one.item for one in seen}


def nobodys(at: datetime = NOON) -> UUID:
    return ids.new(at)


WARM = """
INSERT INTO bandit (programme, shard, n, taken, a, b)
VALUES ($1, 0, 50, 15, array_fill(0::float8, ARRAY[400]), array_fill(0::float8, ARRAY[20]))
"""
