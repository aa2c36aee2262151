"""Mutations about who is in a club: found, invite, answer, leave, remove, appoint, hand over."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.clubs import Club
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import clubs
from domain.clubs import Membership

# Nobody and nothing has this id, so that other texts are refused by the domain's own rules.
NOBODY = UUID(int=0)


@input
class FoundClubInput:
    """What to found."""

    name: str = said("What the club is called, 1 to 80 characters.")
    keep_months: int | None = said(
        "How many whole months a gift stays after the month it was given in; as long as the"
        " programme allows when not said.",
        default=None,
    )


@input
class InviteToClubInput:
    """Whom to ask into which club."""

    club_id: strawberry.ID = said("The id of a `Club` of which you are an officer.")
    friend_id: strawberry.ID = said("The id of a `Friend`.")


@input
class AcceptClubInvitationInput:
    """Which invitation to accept."""

    invitation_id: strawberry.ID = said("The id of a `ClubInvitation`.")


@input
class DeclineClubInvitationInput:
    """Which invitation to decline."""

    invitation_id: strawberry.ID = said("The id of a `ClubInvitation`.")


@input
class RemoveFromClubInput:
    """Whom to send out of which club."""

    club_id: strawberry.ID = said("The id of a `Club` of which you are an officer.")
    member_id: strawberry.ID = said("The `memberId` of a `ClubMember`.")


@input
class SetTreasurerInput:
    """Who is a treasurer of which club, or is no longer."""

    club_id: strawberry.ID = said("The id of a `Club` that you own.")
    member_id: strawberry.ID = said("The `memberId` of a `ClubMember`.")
    treasurer: bool = said("True: a treasurer from now on; false: a plain member.")


@input
class HandOverClubInput:
    """Who gets which club."""

    club_id: strawberry.ID = said("The id of a `Club` that you own.")
    member_id: strawberry.ID = said("The `memberId` of a `ClubMember`.")


@output
class ClubChanged:
    """The club, and you."""

    club: Club = said("The club as it stood when the request was carried out.")
    viewer: Member = said("You, as you are now.")


@output
class FoundClubSuccess(ClubChanged):
    """The club is yours."""


@output
class InviteToClubSuccess(ClubChanged):
    """Your friend is asked."""


@output
class AcceptClubInvitationSuccess(ClubChanged):
    """You are in the club."""


@output
class DeclineClubInvitationSuccess:
    """The invitation is gone."""

    viewer: Member = said("You, as you are now.")


@output
class RemoveFromClubSuccess(ClubChanged):
    """The member is out of the club; what they gave stays in the pool."""


@output
class SetTreasurerSuccess(ClubChanged):
    """The member has the role."""


@output
class HandOverClubSuccess(ClubChanged):
    """The club has another owner, and you are a treasurer."""


FoundClubResult: TypeAlias = Annotated[FoundClubSuccess | RequestRefused, result("FoundClubResult")]
InviteToClubResult: TypeAlias = Annotated[
    InviteToClubSuccess | RequestRefused, result("InviteToClubResult")
]
AcceptClubInvitationResult: TypeAlias = Annotated[
    AcceptClubInvitationSuccess | RequestRefused, result("AcceptClubInvitationResult")
]
DeclineClubInvitationResult: TypeAlias = Annotated[
    DeclineClubInvitationSuccess | RequestRefused, result("DeclineClubInvitationResult")
]
RemoveFromClubResult: TypeAlias = Annotated[
    RemoveFromClubSuccess | RequestRefused, result("RemoveFromClubResult")
]
SetTreasurerResult: TypeAlias = Annotated[
    SetTreasurerSuccess | RequestRefused, result("SetTreasurerResult")
]
HandOverClubResult: TypeAlias = Annotated[
    HandOverClubSuccess | RequestRefused, result("HandOverClubResult")
]


def club_of(id: strawberry.ID) -> UUID:
    """The club that a global id names; nothing for other texts."""
    return globalids.uuid_of(id, Kind.CLUB) or NOBODY


def club_member_of(id: strawberry.ID) -> UUID:
    """The member whom a `memberId` names; nobody for other texts."""
    return globalids.uuid_of(id, Kind.CLUB_MEMBER) or NOBODY


def changed(kind: type[ClubChanged]) -> Callable[[Membership, Context], Awaitable[Any]]:
    """The answer of a mutation that leaves the asker in the club."""

    async def shape(membership: Membership, context: Context) -> ClubChanged:
        return kind(club=Club.of(membership), viewer=await viewer_of(context))

    return shape


async def _found(asked: FoundClubInput, act: Act) -> Membership:
    return await clubs.found(
        asked.name,
        owner=act.member,
        keep_months=asked.keep_months,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _invite(asked: InviteToClubInput, act: Act) -> Membership:
    club, friend = club_of(asked.club_id), friend_of(asked.friend_id) or NOBODY
    await clubs.invite(club, inviter=act.member, friend=friend, at=act.at, tx=act.tx)
    return await clubs.get(club, member=act.member, tx=act.tx)


async def _accept(asked: AcceptClubInvitationInput, act: Act) -> Membership:
    club = globalids.uuid_of(asked.invitation_id, Kind.CLUB_INVITATION) or NOBODY
    return await clubs.accept(club, member=act.member, at=act.at, tx=act.tx)


async def _decline(asked: DeclineClubInvitationInput, act: Act) -> None:
    club = globalids.uuid_of(asked.invitation_id, Kind.CLUB_INVITATION) or NOBODY
    await clubs.decline(club, member=act.member, tx=act.tx)


async def _declined(nothing: None, context: Context) -> DeclineClubInvitationSuccess:
    return DeclineClubInvitationSuccess(viewer=await viewer_of(context))


async def _remove(asked: RemoveFromClubInput, act: Act) -> Membership:
    club, member = club_of(asked.club_id), club_member_of(asked.member_id)
    await clubs.remove(club, officer=act.member, member=member, at=act.at, tx=act.tx)
    return await clubs.get(club, member=act.member, tx=act.tx)


async def _set_treasurer(asked: SetTreasurerInput, act: Act) -> Membership:
    club, member = club_of(asked.club_id), club_member_of(asked.member_id)
    await clubs.appoint(
        club, owner=act.member, member=member, treasurer=asked.treasurer, at=act.at, tx=act.tx
    )
    return await clubs.get(club, member=act.member, tx=act.tx)


async def _hand_over(asked: HandOverClubInput, act: Act) -> Membership:
    club, heir = club_of(asked.club_id), club_member_of(asked.member_id)
    await clubs.hand_over(club, owner=act.member, heir=heir, at=act.at, tx=act.tx)
    return await clubs.get(club, member=act.member, tx=act.tx)


FRIEND = {"friend": "friend_id"}
FOUND: Verb[Membership, FoundClubResult] = Verb(Membership, _found, changed(FoundClubSuccess))
INVITE: Verb[Membership, InviteToClubResult] = Verb(
    Membership, _invite, changed(InviteToClubSuccess), paths=FRIEND
)
ACCEPT: Verb[Membership, AcceptClubInvitationResult] = Verb(
    Membership, _accept, changed(AcceptClubInvitationSuccess)
)
DECLINE: Verb[None, DeclineClubInvitationResult] = Verb(type(None), _decline, _declined)
REMOVE: Verb[Membership, RemoveFromClubResult] = Verb(
    Membership, _remove, changed(RemoveFromClubSuccess)
)
SET_TREASURER: Verb[Membership, SetTreasurerResult] = Verb(
    Membership, _set_treasurer, changed(SetTreasurerSuccess)
)
HAND_OVER: Verb[Membership, HandOverClubResult] = Verb(
    Membership, _hand_over, changed(HandOverClubSuccess)
)


@output
class ClubMutations:
    """Mutations about who is in a club."""

    @mutation
    async def found_club(
        self, info: Info, input: Annotated[FoundClubInput, argument("What.")]
    ) -> FoundClubResult | None:
        """Found a club, which you own. Refuses BAD_CLUB_NAME, BAD_KEEP_MONTHS, TOO_MANY_CLUBS."""
        return await FOUND.perform(info, input)

    @mutation
    async def invite_to_club(
        self, info: Info, input: Annotated[InviteToClubInput, argument("Whom, and where to.")]
    ) -> InviteToClubResult | None:
        """Ask a friend into a club of which you are an officer. Refuses NO_SUCH_CLUB,
        CLUB_ROLE_NEEDED, ALREADY_IN_CLUB, NOT_FRIENDS, CLUB_FULL."""
        return await INVITE.perform(info, input)

    @mutation
    async def accept_club_invitation(
        self, info: Info, input: Annotated[AcceptClubInvitationInput, argument("Which.")]
    ) -> AcceptClubInvitationResult | None:
        """Come into a club. Refuses NO_SUCH_INVITATION, TOO_MANY_CLUBS, CLUB_FULL."""
        return await ACCEPT.perform(info, input)

    @mutation
    async def decline_club_invitation(
        self, info: Info, input: Annotated[DeclineClubInvitationInput, argument("Which.")]
    ) -> DeclineClubInvitationResult | None:
        """Say no to an invitation."""
        return await DECLINE.perform(info, input)

    @mutation
    async def remove_from_club(
        self, info: Info, input: Annotated[RemoveFromClubInput, argument("Whom.")]
    ) -> RemoveFromClubResult | None:
        """Send a member out of a club: the owner anybody, a treasurer plain members. Refuses
        NO_SUCH_CLUB, CLUB_ROLE_NEEDED, NOT_IN_CLUB, CLUB_OWNER_STAYS."""
        return await REMOVE.perform(info, input)

    @mutation
    async def set_treasurer(
        self, info: Info, input: Annotated[SetTreasurerInput, argument("Who.")]
    ) -> SetTreasurerResult | None:
        """Make a member of your club a treasurer, or a plain member again. Refuses
        NO_SUCH_CLUB, CLUB_ROLE_NEEDED, NOT_IN_CLUB, CLUB_OWNER_STAYS."""
        return await SET_TREASURER.perform(info, input)

    @mutation
    async def hand_over_club(
        self, info: Info, input: Annotated[HandOverClubInput, argument("To whom.")]
    ) -> HandOverClubResult | None:
        """Give your club to another of its members. Refuses NO_SUCH_CLUB, CLUB_ROLE_NEEDED,
        NOT_IN_CLUB."""
        return await HAND_OVER.perform(info, input)
