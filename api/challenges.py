"""Challenges, as the members see them for whom they are."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.challenge_drafts import challenge_id
from api.challenge_progress import ChallengeParticipation
from api.challenging import ChallengeState, ChallengeTerms, when
from api.context import Context, Info
from api.cursors import bad_cursor
from api.faults import Fault, FaultCode
from api.fields import argument, asked, output, said
from api.globalids import Name
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.scalars import Moment, Quantity
from api.states import ChallengeLack
from domain import challenges
from domain.challenges import Mode, Participation, TeamStanding
from domain.members import Member as Asker
from infra.db import Tx

TEAMS_DEFAULT, TEAMS_MAX = 10, 100
Teams = Annotated[int, argument(f"How many at most, 1 to {TEAMS_MAX}.")]


@output
class ChallengeTeam:
    """A team of a challenge between teams."""

    place: int = said("Its place, from 1: of two that did as much, who did it first is before.")
    name: str = said("What it is called; say it to join it.")
    members: int = said("How many are in it.")
    reached: Quantity = said("What all of them did, each criterion's in its metric's unit, added.")
    yours: bool = said("Whether you are in it.")

    @classmethod
    def of(cls, one: TeamStanding, *, own: UUID | None) -> "ChallengeTeam":
        """A team, as the schema shows it to a member whose team is `own`."""
        return cls(
            place=one.place,
            name=one.name,
            members=one.members,
            reached=Quantity(one.reached),
            yours=one.team == own,
        )


@output
class Challenge(Node):
    """Something that members are asked to do, and get something for."""

    name: str = said("What it is called.")
    description: str = said("More about it.")
    state: ChallengeState = said("Where it is.")
    terms: ChallengeTerms = said("Its rules.")
    cutoff_at: Moment = said("Until when activities that come late still count.")
    exhausted_at: Moment | None = said(
        "Since when its points are not enough for another completion; null: they are."
    )
    record: strawberry.Private[challenges.Challenge]

    @asked
    async def offered_by(self, info: Info) -> str | None:
        """The name of the partner who offers it; null: the programme itself, or friends."""
        if self.record.partner is None:
            return None
        partner = await info.context.loading.partners.load(self.record.partner)
        return None if partner is None else partner.name

    @asked
    async def lacking(self, info: Info) -> ChallengeLack | None:
        """What you lack to take part; null: nothing."""
        why = await info.context.loading.lacking.load(self.record.id)
        return None if why is None else ChallengeLack[why]

    @asked
    async def participation(self, info: Info) -> ChallengeParticipation | None:
        """You in it; null when you neither take part nor have been asked to."""
        found = await info.context.loading.participations.load(self.record.id)
        return None if found is None else ChallengeParticipation.of(found, self.record)

    @asked
    async def teams(self, info: Info, first: Teams = TEAMS_DEFAULT) -> list[ChallengeTeam]:
        """The teams, the best first; none where there are none."""
        if not 1 <= first <= TEAMS_MAX:
            told = f"`first` must be between 1 and {TEAMS_MAX}."
            raise Fault(FaultCode.BAD_ARGUMENT, told)
        one, context = self.record, info.context
        if one.terms.mode is not Mode.COMPETITIVE:
            return []
        mine = await context.loading.participations.load(one.id)
        async with context.reading() as tx:
            found = await challenges.team_standings(
                one.id, programme=one.programme, limit=first, tx=tx
            )
        return [ChallengeTeam.of(team, own=None if mine is None else mine.team) for team in found]

    @classmethod
    def of(cls, one: challenges.Challenge) -> "Challenge":
        """A challenge, as members see it."""
        return cls(
            id=challenge_id(one.id),
            name=one.name,
            description=one.description,
            state=ChallengeState[one.state.name],
            terms=ChallengeTerms.of(one.terms),
            cutoff_at=Moment(one.cutoff_at),
            exhausted_at=when(one.exhausted_at),
            record=one,
        )


@output
class ChallengeQueries:
    """What members see of challenges."""

    @asked
    async def challenges(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Challenge] | None:
        """The challenges that go on or will begin, newest first, also those you are not eligible
        for: see `lacking`; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[challenges.Challenge]("challenges", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await challenges.open_to(
                asker, before=_place_of(page.position), limit=page.limit, at=context.at, tx=tx
            )
        return page.shaped(found, node=Challenge.of, place=lambda one: one.id.bytes)

    @asked
    async def my_challenges(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Challenge] | None:
        """The challenges that you take part in, took part in or were asked into, the newest
        first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[Participation]("myChallenges", asker, context, first=first, after=after)
        async with context.reading() as tx:
            mine = await challenges.participations(
                asker, before=_place_of(page.position), limit=page.limit, at=context.at, tx=tx
            )
            ids = [one.challenge for one in mine]
            found = await challenges.several(ids, programme=asker.programme, tx=tx)
        return page.shaped(
            mine,
            node=lambda one: Challenge.of(found[one.challenge]),
            place=lambda one: one.challenge.bytes,
        )


async def find(name: Name, asker: Asker, context: Context, tx: Tx) -> Challenge | None:
    """The challenge with that id; None when there is none that the asker may see."""
    if name.uuid is None:
        return None
    found = await challenges.shown([name.uuid], member=asker, at=context.at, tx=tx)
    return Challenge.of(found[name.uuid]) if found else None


def _place_of(position: bytes | None) -> UUID | None:
    """The challenge that a page goes on after. Raises Fault with BAD_CURSOR."""
    if position is None:
        return None
    if len(position) != 16:
        raise bad_cursor()
    return UUID(bytes=position)
