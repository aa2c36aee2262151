"""Mutations that move a club's points: give, pay, leave, close."""

from typing import Annotated, TypeAlias

import strawberry

from api.clubbing import ClubChanged, changed, club_member_of, club_of
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Points
from domain import clubs
from domain.clubs import Membership


@input
class GiveToClubInput:
    """What to give to which club."""

    club_id: strawberry.ID = said("The id of a `Club` that you are in.")
    points: Points = said("How many points, 1 or more; they are not yours any more.")


@input
class PayFromClubInput:
    """What to pay to whom, from which club's pool."""

    club_id: strawberry.ID = said("The id of a `Club` of which you are an officer.")
    member_id: strawberry.ID = said("The `memberId` of a `ClubMember`.")
    points: Points = said("How many points, 1 or more.")
    memo: str | None = said("A word to the member, 140 characters at most.", default=None)


@input
class LeaveClubInput:
    """Which club to leave."""

    club_id: strawberry.ID = said("The id of a `Club` that you are in.")


@input
class CloseClubInput:
    """Which club to close."""

    club_id: strawberry.ID = said("The id of a `Club` that you own.")


@output
class GiveToClubSuccess(ClubChanged):
    """The points are in the pool."""


@output
class PayFromClubSuccess(ClubChanged):
    """The points are the member's."""


@output
class LeaveClubSuccess:
    """You are no longer in the club; if you were alone in it, it is closed."""

    viewer: Member = said("You, as you are now.")


@output
class CloseClubSuccess:
    """The club is closed. What was left went back to those whose gifts it was, in proportion to
    what of theirs was unspent; what does not divide went to the oldest gifts."""

    returned: Points = said("How many points went back, to all of you together.")
    viewer: Member = said("You, as you are now.")


GiveToClubResult: TypeAlias = Annotated[
    GiveToClubSuccess | InsufficientPoints | RequestRefused, result("GiveToClubResult")
]
PayFromClubResult: TypeAlias = Annotated[
    PayFromClubSuccess | InsufficientPoints | RequestRefused, result("PayFromClubResult")
]
LeaveClubResult: TypeAlias = Annotated[LeaveClubSuccess | RequestRefused, result("LeaveClubResult")]
CloseClubResult: TypeAlias = Annotated[CloseClubSuccess | RequestRefused, result("CloseClubResult")]


async def _give(asked: GiveToClubInput, act: Act) -> Membership:
    club = club_of(asked.club_id)
    await clubs.give(asked.points, club=club, member=act.member, id=act.id, at=act.at, tx=act.tx)
    return await clubs.get(club, member=act.member, tx=act.tx)


async def _pay(asked: PayFromClubInput, act: Act) -> Membership:
    club = club_of(asked.club_id)
    await clubs.pay(
        asked.points,
        club=club,
        payer=act.member,
        receiver=club_member_of(asked.member_id),
        memo=asked.memo,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )
    return await clubs.get(club, member=act.member, tx=act.tx)


async def _leave(asked: LeaveClubInput, act: Act) -> None:
    await clubs.leave(club_of(asked.club_id), member=act.member, at=act.at, tx=act.tx)


async def _left(nothing: None, context: Context) -> LeaveClubSuccess:
    return LeaveClubSuccess(viewer=await viewer_of(context))


async def _close(asked: CloseClubInput, act: Act) -> int:
    shares = await clubs.close(club_of(asked.club_id), owner=act.member, at=act.at, tx=act.tx)
    return sum(shares.values())


async def _closed(returned: int, context: Context) -> CloseClubSuccess:
    return CloseClubSuccess(returned=Points(returned), viewer=await viewer_of(context))


GIVE: Verb[Membership, GiveToClubResult] = Verb(
    Membership, _give, changed(GiveToClubSuccess), moves=True
)
PAY: Verb[Membership, PayFromClubResult] = Verb(
    Membership,
    _pay,
    changed(PayFromClubSuccess),
    moves=True,
    paths={"receiver": "member_id"},
)
LEAVE: Verb[None, LeaveClubResult] = Verb(type(None), _leave, _left, moves=True)
CLOSE: Verb[int, CloseClubResult] = Verb(int, _close, _closed, moves=True)


@output
class PoolMutations:
    """Mutations that move a club's points."""

    @mutation
    async def give_to_club(
        self, info: Info, input: Annotated[GiveToClubInput, argument("What, and to which.")]
    ) -> GiveToClubResult | None:
        """Give points to the pool of a club that you are in, for good. Needs `@idempotent`.
        Refuses BAD_POINTS, NO_SUCH_CLUB, INSUFFICIENT_POINTS."""
        return await GIVE.perform(info, input)

    @mutation
    async def pay_from_club(
        self, info: Info, input: Annotated[PayFromClubInput, argument("What, and to whom.")]
    ) -> PayFromClubResult | None:
        """Pay points from the pool to another member of the club, as its owner or a treasurer.
        Needs `@idempotent`. Refuses BAD_POINTS, BAD_MEMO, NO_SUCH_CLUB, CLUB_ROLE_NEEDED,
        OWN_PAYOUT, NOT_IN_CLUB, OVER_PAYOUT_LIMIT, INSUFFICIENT_POINTS."""
        return await PAY.perform(info, input)

    @mutation
    async def leave_club(
        self, info: Info, input: Annotated[LeaveClubInput, argument("Which club.")]
    ) -> LeaveClubResult | None:
        """Leave a club; what you gave stays in it. An owner who is alone closes it by leaving.
        Needs `@idempotent`. Refuses NO_SUCH_CLUB, CLUB_OWNER_STAYS."""
        return await LEAVE.perform(info, input)

    @mutation
    async def close_club(
        self, info: Info, input: Annotated[CloseClubInput, argument("Which club.")]
    ) -> CloseClubResult | None:
        """Close a club that you own, and give back what is left in its pool. Needs
        `@idempotent`. Refuses NO_SUCH_CLUB, CLUB_ROLE_NEEDED."""
        return await CLOSE.perform(info, input)
