"""Contests among friends."""

from domain import contests
from domain.contests import Template, Wish
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import ENDS, MEMBERS, NEWCOMERS, WITH_PARENT, each
from tests.support import given
from tests.support.client import Door

MEMBER = {
    **each("Query", "contestTemplates contestLimits contests contestInvitations", NEWCOMERS),
    **each("ContestTemplate", "template name metric targetMin targetMax", WITH_PARENT),
    **each("ContestLimits", "peopleMax openMax stakeMax stakeDayMax", WITH_PARENT),
    **each(
        "Contest",
        "id template target payout stake state part firstDay lastDay startsAt paysAt endedAt"
        " creator players",
        ENDS,
    ),
    **each("ContestPlayer", "part stake reached place won member", WITH_PARENT),
    **each(
        "Mutation",
        "createContest acceptContest declineContest leaveContest callOffContest",
        MEMBERS,
    ),
}
OPS = {
    "Query.contestPolicy": Permission.PROGRAMME_READ,
    **each("ContestPolicy", "peopleMax openMax stakeMax stakeDayMax", WITH_PARENT),
    "Mutation.setContestPolicy": Permission.PROGRAMME_WRITE,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada and Bob are in a contest, and Bob asks her into another."""
    ada, bob, at = cast.ada.me, cast.bob.me, clock.now()

    async def build(tx: Tx) -> None:
        shared, other = ids.new(at), ids.new(at)
        await given.points(2, bob, at=at, tx=tx)
        wish = Wish(Template.RUNNING, stake=2)
        await contests.create(wish, creator=ada, invited=[bob.id], id=shared, at=at, tx=tx)
        await contests.accept(shared, member=bob, at=at, tx=tx)
        plain = Wish(Template.STEPS)
        await contests.create(plain, creator=bob, invited=[ada.id], id=other, at=at, tx=tx)

    await door.given(build)
