"""Plan: what is known of a member before anybody is asked what they would like.

Nobody is asked for members who did not agree to personalisation, nor for those who are held out:
they see the plain list, and nothing of them leaves the database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import interactions, members, offers
from domain.decisions import holding_out, reading, ruling, shelving, suppressing
from domain.decisions.records import Chooser, Slate
from domain.decisions.shelving import Shelved
from domain.decisions.suppressing import Suppressed
from domain.members import Member
from domain.offers import Facts, Placement
from infra.db import Tx
from infra.recommending import Question

COUNT_MAX = 10
SCORED_MAX = 200
# How long a request waits for estimates before it does without them.
ASK_S = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What a choice for one member at one placement starts from.

    slate    -- what they were shown a moment ago, which stays; None: choose anew.
    question -- to be asked, outside any transaction; None: nobody is to be asked.
    held_out -- the member sees the plain list for good.
    facts    -- what is known of them; None: nothing beyond what the rules of offers need.
    """

    member: Member
    placement: Placement
    count: int
    shelved: Shelved
    suppressed: Suppressed
    held_out: bool
    slate: Slate | None = None
    question: Question | None = None
    facts: Facts | None = None


async def plan(member: Member, *, placement: Placement, count: int, at: datetime, tx: Tx) -> Plan:
    """What to start from. count -- how many the member is shown at most, 1 to 10."""
    assert 1 <= count <= COUNT_MAX, "the door sees to it"
    programme = member.programme
    shelved = await shelving.shelved(programme, tx=tx)
    slate = await reading.staying(
        member.id,
        placement=placement,
        count=count,
        shelf=shelved.shelf.version,
        programme=programme,
        at=at,
        tx=tx,
    )
    percent = shelved.settings.holdout_percent
    held_out = holding_out.from_all(member.id, programme=programme, percent=percent)
    if slate is not None and await still(slate, member, tx=tx):
        return Plan(member, placement, count, shelved, Suppressed(), held_out, slate)
    suppressed = await suppressing.standing(member.id, programme=programme, at=at, tx=tx)
    bare = Plan(member, placement, count, shelved, suppressed, held_out)
    if held_out or not shelved.plain[placement] or not await agreed(member, tx=tx):
        return bare
    facts = (await offers.facts([member], at=at, tx=tx))[member.id]
    question = await ask_about(
        member, facts=facts, placement=placement, suppressed=suppressed, at=at, tx=tx
    )
    return Plan(member, placement, count, shelved, suppressed, False, None, question, facts)


async def still(slate: Slate, member: Member, *, tx: Tx) -> bool:
    """Whether a slate may be shown again: what was chosen by what the member does only while they
    agree to that."""
    return slate.chooser is Chooser.PLAIN or await agreed(member, tx=tx)


async def agreed(member: Member, *, tx: Tx) -> bool:
    """Whether what the member does may be learnt from, and used for them."""
    said = await members.consents(member, tx=tx)
    return any(one.purpose == interactions.PERSONALISATION and one.given for one in said)


async def held_out(member: Member, *, tx: Tx) -> bool:
    """Whether the member sees nothing learnt, for good."""
    percent = (await ruling.rules(member.programme, tx=tx)).holdout_percent
    return holding_out.from_all(member.id, programme=member.programme, percent=percent)


async def may_learn(member: Member, *, tx: Tx) -> bool:
    """Whether anybody may be asked what the member would like."""
    return await agreed(member, tx=tx) and not await held_out(member, tx=tx)


async def ask_about(
    member: Member,
    *,
    facts: Facts,
    placement: Placement,
    suppressed: Suppressed,
    context: Mapping[str, float | str] | None = None,
    among: Sequence[str] | None = None,
    about: Mapping[str, Sequence[str]] | None = None,
    at: datetime,
    tx: Tx,
) -> Question:
    """The question what this member would take, here and now. They have agreed to it.

    context, among, about -- see Question; nothing said: at that time of the day, all offers.
    """
    programme = member.programme
    seen = await interactions.history(member.id, programme=programme, at=at, tx=tx)
    hour, weekday = float(facts.local.hour), float(facts.local.isoweekday())
    return Question(
        programme=programme,
        member=str(member.id),
        at=at.timestamp(),
        placement=placement,
        context={"hour": hour, "weekday": weekday, **(context or {})},
        history=[(one.item, one.weight, one.at.timestamp()) for one in seen],
        refused=suppressed.times,
        among=among,
        about=about or {},
        profile=profile_of(facts),
        limit=SCORED_MAX,
    )


def profile_of(facts: Facts) -> Mapping[str, str | float]:
    """What is known of a member who has not done much yet."""
    profile: dict[str, str | float] = {"locale": facts.locale.split("-")[0]}
    profile["member_days"] = float(facts.member_days)
    if facts.age is not None:
        profile["age"] = float(facts.age)
    if facts.tiers:
        profile["tier"] = min(facts.tiers)
    times = Counter({type: len(ago) for type, ago in facts.done.items()})
    return profile | {f"activity:{type}": float(count) for type, count in times.items()}


def held_out_of(member: UUID, *, programme: int, offer: offers.Entry) -> bool:
    """True when the member is never shown this offer, to be compared with those who are."""
    percent = offer.holdout_percent
    return holding_out.from_offer(member, programme=programme, offer=offer.offer, percent=percent)
