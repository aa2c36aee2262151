"""Challenges, as operators see them."""

from enum import Enum
from typing import Annotated

import strawberry

from api.challenge_drafts import challenge_id, challenge_of
from api.challenging import ChallengeState, ChallengeTerms, of_both
from api.fields import argument, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.ops.partners import partner_id
from api.scalars import Moment, Points
from domain import challenges
from domain.challenges import State
from domain.operators import Permission

V = strawberry.enum_value


@strawberry.enum(description="Who made a challenge, and so who pays for it.")
class ChallengeOwner(Enum):
    """Who made a challenge."""

    PARTNER = V("PARTNER", description="A partner, from its prepaid account.")
    PROGRAMME = V("PROGRAMME", description="An operator, with new points.")
    MEMBER = V("MEMBER", description="A member, among friends; it pays nothing itself.")


@output
class Challenge(Node):
    """What members are asked to do, and what they get for it."""

    name: str = said("What it is called.")
    description: str = said("More about it.")
    owner: ChallengeOwner = said("Who made it, and so who pays for it.")
    partner_id: strawberry.ID | None = said("The id of the `Partner` whose it is; null: nobody's.")
    state: ChallengeState = said("Where it is.")
    terms: ChallengeTerms = said("Its rules.")
    version: int = said("Counts the changes of its rules.")
    budget: Points = said("Most points that it may ever pay.")
    funded: Points = said("What has come into its escrow.")
    spent: Points = said("What it has paid, less what came back from completions undone.")
    returned: Points = said("What has gone back to who paid it.")
    left: Points = said("What it can still pay.")
    exhausted_at: Moment | None = said("Since when what is left pays no completion; null: it does.")
    disclosed_at: Moment | None = said("Until then no member sees it; null: it is no secret.")
    reason: str | None = said("Why it was rejected; null: it was not.")
    halted: bool = said("Whether an operator has paused it: only an operator resumes it.")
    created_at: Moment = said("When it was made.")
    live_at: Moment | None = said("When it began; null: it has not.")
    ended_at: Moment | None = said("When it ended; null: it has not.")
    cutoff_at: Moment = said("Until when activities that come late still count.")
    settled_at: Moment | None = said("When all was paid and the rest given back; null: not yet.")

    @classmethod
    def of(cls, one: challenges.Challenge) -> "Challenge":
        """A challenge, as operators see it."""
        return cls(
            id=challenge_id(one.id),
            owner=ChallengeOwner[one.owner.name],
            partner_id=None if one.partner is None else partner_id(one.partner),
            **of_both(one),
        )


States = Annotated[
    list[ChallengeState] | None, argument("Those in one of these states; null: in any.")
]


@output
class ChallengeQueries:
    """What operators see of challenges."""

    @permitted(Permission.CHALLENGES_READ)
    async def challenges(
        self,
        info: OpsInfo,
        states: States = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Challenge] | None:
        """The challenges of partners and of the programme, newest first."""
        context = info.context
        asker = await context.allowed(Permission.CHALLENGES_READ)
        words = None if states is None else {State(one.name) for one in states}
        name = f"challenges of {'any' if words is None else ','.join(sorted(words))}"
        page = Page[challenges.Challenge](name, asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await challenges.listed(
                programme=asker.programme,
                states=words,
                before=place_of(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Challenge.of, place=lambda one: one.id.bytes)

    @permitted(Permission.CHALLENGES_READ)
    async def challenge(
        self,
        info: OpsInfo,
        id: Annotated[strawberry.ID, argument("The id of a `Challenge`.")],
    ) -> Challenge | None:
        """One challenge of the programme or of a partner; null when there is none with that id."""
        context = info.context
        asker = await context.allowed(Permission.CHALLENGES_READ)
        try:
            async with context.reading() as tx:
                found = await challenges.get(challenge_of(id), programme=asker.programme, tx=tx)
        except challenges.NoSuchChallenge:
            return None
        # What members make among themselves is nobody else's.
        return None if found.owner is challenges.Owner.MEMBER else Challenge.of(found)
