"""Games: what there is to play for in a demo's programme, set up by the verbs of its operators and
partners, and who of its members takes part."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from domain import badges, challenges, leaderboards, partners, streaks, tiers
from domain.challenges import Draft, Entry, Mode
from domain.leaderboards import Board
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from simulator.honours import BADGES, BOARDS, LADDER, STREAKS
from simulator.questing import Quest
from simulator.quests import QUESTS, TEAMS

# Whoever sets a demo up works for its programme.
STAFF = "simulated operator"
# What share of those who are there come into a challenge that is open, each time they are asked.
EAGER, JOINERS_MAX = 0.2, 8
FIRMS_MAX = 100
SEEN = 0.67
FIRST = ("Swift", "Quiet", "Bold", "Early", "Patient", "Merry", "Clever", "Steady")
SECOND = ("Otter", "Heron", "Lynx", "Badger", "Falcon", "Hare", "Marten", "Ibex", "Wren")
# Points that a partner of the demo has left for a challenge of its own.
SPARE = 14_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A quest of a programme, and which challenge it became."""

    quest: Quest
    challenge: UUID
    first_day: date
    last_day: date

    def open_on(self, day: date) -> bool:
        """True on its days."""
        return self.first_day <= day <= self.last_day


async def furnish(programme: Programme, *, at: datetime, tx: Tx) -> None:
    """Give a programme the demo's badges, streaks, tiers and boards."""
    home = programme.id
    for badge in BADGES:
        id = ids.derived(at, "simulated badge", home, badge.key)
        await badges.define(badge, programme=home, id=id, at=at, tx=tx)
    for streak in STREAKS:
        id = ids.derived(at, "simulated streak", home, streak.name)
        await streaks.define(streak, programme=home, id=id, at=at, tx=tx)
    await tiers.set_ladder(programme, LADDER, at=at, tx=tx)
    for name, measure, span, scope, filter, prizes, league in BOARDS:
        board = Board(
            id=ids.derived(at, "simulated board", home, name),
            programme=home,
            name=name,
            measure=measure,
            span=span,
            scope=scope,
            zone=programme.zone,
            created_at=at,
            filter=filter,
            prizes=prizes,
            league=league,
        )
        await leaderboards.create(board, at=at, tx=tx)


async def ask(
    programme: Programme, *, until: date, since: date, at: datetime, tx: Tx
) -> Sequence[Asked]:
    """Have the programme and its partners ask for what the demo says, each paid for beforehand.

    until -- the demo's last day; nothing begins before `since`.
    """
    home = programme.id
    payers = await partners.listed(programme=home, after=None, limit=FIRMS_MAX, tx=tx)
    quests = QUESTS.get(programme.slug, ())
    for payer in payers:
        points = SPARE + sum(quest.budget for quest in quests if quest.firm == payer.slug)
        await partners.top_up(
            payer.id,
            points,
            reference=f"Demo: {payer.name}",
            operator=ids.derived(at, STAFF, home),
            programme=home,
            id=ids.derived(at, "simulated payment", home, payer.slug),
            at=at,
            tx=tx,
        )
    known = {payer.slug: payer.id for payer in payers}
    made = []
    for quest in quests:
        terms = quest.dated(until, since=since)
        draft = Draft(
            name=quest.name,
            description=quest.description,
            terms=terms,
            budget=quest.budget,
            disclosed_at=_disclosed(quest, until),
        )
        payer_id = known[quest.firm] if quest.firm else None
        id = await _ask(draft, programme, payer_id, at=at, tx=tx)
        made.append(Asked(quest, id, terms.first_day, terms.last_day))
    return made


async def _ask(
    draft: Draft, programme: Programme, payer: UUID | None, *, at: datetime, tx: Tx
) -> UUID:
    home = programme.id
    id = ids.derived(at, "simulated challenge", home, draft.name)
    await challenges.create(
        draft,
        programme=home,
        partner=payer,
        operator=ids.derived(at, STAFF, home) if payer is None else None,
        id=id,
        at=at,
        tx=tx,
    )
    posting = ids.derived(at, "simulated funding", id)
    await challenges.fund(id, draft.budget, programme=home, partner=payer, id=posting, at=at, tx=tx)
    await challenges.submit(id, programme=home, partner=payer, at=at, tx=tx)
    await challenges.approve(id, programme=home, at=at, tx=tx)
    return id


def _disclosed(quest: Quest, until: date) -> datetime | None:
    if quest.disclosed_ago is None:
        return None
    return datetime.combine(until - timedelta(days=quest.disclosed_ago), time(), UTC)


async def show_faces(people: Sequence[Member], *, at: datetime, tx: Tx) -> None:
    """Let two of three be seen on boards, under names they chose."""
    for member in people:
        dice = random.Random(f"face:{member.handle}")
        if dice.random() < SEEN:
            pseudonym = f"{dice.choice(FIRST)} {dice.choice(SECOND)} {dice.randrange(10, 1_000)}"
            # To be called like somebody else is an answer and not a fault.
            with suppress(Refused):
                await leaderboards.show(member, pseudonym=pseudonym, at=at, tx=tx)


async def join_in(
    asked: Sequence[Asked],
    people: Sequence[Member],
    *,
    day: date,
    dice: random.Random,
    at: datetime,
) -> None:
    """Have some of `people` come into what is open on that day, and into teams where there are."""
    for one in asked:
        if one.quest.terms.audience.entry is Entry.OPT_IN and one.open_on(day):
            several = dice.sample(
                people, k=min(len(people), JOINERS_MAX, round(len(people) * EAGER) + 1)
            )
            for member in several:
                team = dice.choice(TEAMS) if one.quest.terms.mode is Mode.COMPETITIVE else None
                # To be in it already, or not to be asked, is an answer and not a fault.
                with suppress(Refused):
                    async with db.transaction() as tx:
                        await challenges.join(one.challenge, member=member, team=team, at=at, tx=tx)
