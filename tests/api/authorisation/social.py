"""Clubs, links between members, friends of other programmes, referrals."""

from domain import clubs, friends, referrals
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import ENDS, MEMBERS, NEWCOMERS, SELF, WITH_PARENT, each
from tests.support.client import Door
from tests.support.given import ISSUER

CLUB_LIMITS = (
    "membersMax clubsMax ownerDayMax ownerMonthMax treasurerDayMax treasurerMonthMax keepMonths"
)
REFERRAL_TERMS = (
    "referrerPoints newcomerPoints windowDays holdDays referrerAgeDays referrerMonthMax dayMax"
    " monthMax"
)
MEMBER = {
    **each(
        "Query",
        "clubs clubInvitations friendLinks findability acrossFriends blockedAcross"
        " acrossFriendRequests referrals",
        NEWCOMERS,
    ),
    **each(
        "Club",
        "id name role keepMonths foundedAt joinedAt pooled members statement",
        ENDS,
    ),
    **each("ClubMember", "memberId role joinedAt member", WITH_PARENT),
    **each("ClubEntry", "number kind amount balanceAfter at member", WITH_PARENT),
    **each("ClubInvitation", "id clubName keepMonths invitedAt inviter", SELF),
    **each(
        "FriendLink",
        "code note atOnce across usesMax uses madeAt expiresAt revokedAt",
        WITH_PARENT,
    ),
    **each("Findability", "byHandle byContact contactSalt", WITH_PARENT),
    **each("ContactMatch", "hash member", WITH_PARENT),
    **each("AcrossFriend", "id name programmeName since", SELF),
    **each("AcrossFriendRequest", "id direction note requestedAt", SELF),
    **each("Referral", "id state joinedAt lapsesAt points paysAt", SELF),
    **each(
        "Mutation",
        "foundClub inviteToClub acceptClubInvitation declineClubInvitation removeFromClub"
        " setTreasurer handOverClub giveToClub payFromClub leaveClub closeClub makeFriendLink"
        " revokeFriendLink openFriendLink setFindability findByContacts acceptAcrossFriend"
        " declineAcrossFriend withdrawAcrossFriend removeAcrossFriend blockAcrossFriend"
        " unblockAcrossFriend makeReferralCode",
        MEMBERS,
    ),
}
OPS = {
    "Query.clubPolicy": Permission.PROGRAMME_READ,
    "Query.referralPolicy": Permission.PROGRAMME_READ,
    "Query.heldReferrals": Permission.POINTS_READ,
    **each("ClubPolicy", CLUB_LIMITS, WITH_PARENT),
    **each("ReferralPolicy", REFERRAL_TERMS, WITH_PARENT),
    **each(
        "Referral",
        "id referrerId newcomerId state doubts joinedAt actedAt paysAt",
        WITH_PARENT,
    ),
    "Mutation.setClubPolicy": Permission.PROGRAMME_WRITE,
    "Mutation.setReferralPolicy": Permission.PROGRAMME_WRITE,
    "Mutation.decideReferral": Permission.POINTS_ADJUST,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada and Bob share a club, Bob asks her into another, she has a friend and a wish in a third
    programme, and somebody joined by her code."""
    ada, bob, at = cast.ada.me, cast.bob.me, clock.now()
    afar, wishing = [(await door.member("west")).me for _ in range(2)]
    newcomer = (await door.member()).me

    async def build(tx: Tx) -> None:
        shared, other = ids.new(at), ids.new(at)
        await clubs.found("The Hares", owner=ada, id=shared, at=at, tx=tx)
        await clubs.invite(shared, inviter=ada, friend=bob.id, at=at, tx=tx)
        await clubs.accept(shared, member=bob, at=at, tx=tx)
        await clubs.give(3, club=shared, member=ada, id=ids.new(at), at=at, tx=tx)
        await clubs.found("The Owls", owner=bob, id=other, at=at, tx=tx)
        await clubs.invite(other, inviter=bob, friend=ada.id, at=at, tx=tx)
        for person, at_once in ((afar, True), (wishing, False)):
            link = await friends.make_link(ada, at_once=at_once, across=True, at=at, tx=tx)
            await friends.open_link(link.code, member=person, at=at, tx=tx)
        code = await referrals.code_of(ada, at=at, tx=tx)
        who = (ISSUER, str(newcomer.id))
        await referrals.arrive(newcomer, who=who, code=code, device=None, at=at, tx=tx)

    await door.given(build)
