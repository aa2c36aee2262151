"""What members see of themselves and of each other: profile, points, statement, friends,
transfers, activities."""

from datetime import timedelta

from domain import activities
from infra import clock
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import ENDS, MEMBERS, NEWCOMERS, PROGRAMME, SELF, WITH_PARENT, each
from tests.api.test_authorisation import UPLOAD
from tests.api.test_transferring import send
from tests.support import documents
from tests.support.client import Door

MEMBER = {
    "Query.viewer": NEWCOMERS,
    "Query.node": NEWCOMERS,
    "Subscription.pointsChanged": MEMBERS,
    **each(
        "Member",
        "id handle name locale zone autoAccept joinedAt programme points statement activities"
        " friends friendRequests blockedMembers transfers",
        SELF,
    ),
    **each(
        "Programme",
        "id name unit zone locale transferMax transferDayMax transferAcceptDays",
        PROGRAMME,
    ),
    **each("PointsSummary", "available pending held expiring", WITH_PARENT),
    **each("ExpiringPoints", "lastDay points", WITH_PARENT),
    **each(
        "StatementEntry",
        "id number kind amount balanceAfter at text activity transfer friend",
        SELF,
    ),
    **each("PublicMember", "handle name", WITH_PARENT),
    **each("Friend", "id member since", SELF),
    **each("FriendRequest", "id direction member requestedAt", SELF),
    **each("Transfer", "id direction points memo state sentAt expiresAt resolvedAt member", ENDS),
    **each("PointsChanged", "points entry cursor", WITH_PARENT),
    "Mutation.sendPoints": MEMBERS,
    "Mutation.acceptTransfer": MEMBERS,
    "Mutation.declineTransfer": MEMBERS,
    "Mutation.cancelTransfer": MEMBERS,
    "Mutation.updateProfile": MEMBERS,
    "Mutation.uploadActivity": MEMBERS,
    "Mutation.requestFriend": MEMBERS,
    "Mutation.acceptFriend": MEMBERS,
    "Mutation.declineFriend": MEMBERS,
    "Mutation.withdrawFriend": MEMBERS,
    "Mutation.removeFriend": MEMBERS,
    "Mutation.blockMember": MEMBERS,
    "Mutation.unblockMember": MEMBERS,
    "Mutation.joinProgramme": NEWCOMERS,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has sent Bob points and a file, and somebody wants to be her friend."""
    await send(door, cast.ada, cast.bob, 30)
    asker = await door.member()
    await door.ask(asker, documents.on_friend("requestFriend", "handle"), it=cast.ada.me.handle)
    await door.upload(cast.ada, UPLOAD, activities.run_gpx(start=clock.now() - timedelta(hours=3)))
