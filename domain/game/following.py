"""Following: what boards and tiers take from elsewhere than activities: points of challenges and of
streaks, members who come into challenges, and members who go and come back.

A reaction of its own, since it is rare, and since what was paid is told by who paid it. Tiers take
what challenges pay from them directly, and what streaks give here: neither of the two knows the
other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain import challenges, leaderboards, tiers
from domain.challenges import Rewarded, RewardReturned
from domain.game.playing import lock
from domain.leaderboards import Earning
from domain.members import CameBack, Left, Member, State
from domain.streaks import MilestoneReached, MilestoneUndone
from domain.tiers import Credit, CreditKind
from infra.db import Tx
from infra.outbox import Delivery

REASON = "streak"
PAID, RETURNED = Rewarded | MilestoneReached, RewardReturned | MilestoneUndone


async def follow(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Take points of challenges and streaks to the boards, those of streaks to the tiers, and
    members off the boards and onto them again."""
    by_programme: defaultdict[int, list[Any]] = defaultdict(list)
    for delivery in sorted(deliveries, key=lambda delivery: delivery.number):
        if not _is_brought_in(delivery.event):
            by_programme[delivery.event.programme].append(delivery.event)
    for programme in sorted(by_programme):
        events = by_programme[programme]
        people = await lock({one.subject for one in events}, programme, tx)
        owners = {id: one.merged_into or id for id, one in people.items()}
        await _credit(events, people, owners, programme, tx)
        await leaderboards.earn(_earnings(events, owners), programme=programme, tx=tx)
        await _enrol(events, owners, programme, tx)
        await _move(events, programme, tx)


async def _move(events: Sequence[Any], programme: int, tx: Tx) -> None:
    """Off the boards or onto them, by the last word about each member."""
    last = {one.subject: one for one in events if isinstance(one, Left | CameBack)}
    if not last:
        return
    at = max(one.at for one in last.values())
    gone = [id for id, one in last.items() if isinstance(one, Left)]
    back = [id for id, one in last.items() if isinstance(one, CameBack)]
    if gone:
        await leaderboards.leave(gone, programme=programme, at=at, tx=tx)
    if back:
        await leaderboards.recount(back, programme=programme, at=at, tx=tx)


async def _enrol(
    events: Sequence[Any], owners: Mapping[UUID, UUID], programme: int, tx: Tx
) -> None:
    """Who came into a challenge by asking, and who went."""
    moved = [one for one in events if isinstance(one, challenges.Joined | challenges.Left)]
    if moved:
        places = {(one.object, owners[one.subject]) for one in moved}
        at = max(one.at for one in moved)
        await leaderboards.enrol(places, programme=programme, at=at, tx=tx)


async def _credit(
    events: Sequence[Any],
    people: Mapping[UUID, Member],
    owners: Mapping[UUID, UUID],
    programme: int,
    tx: Tx,
) -> None:
    """What milestones of streaks stand for counts as earned, for as long as they stand."""
    told = [one for one in events if isinstance(one, MilestoneReached | MilestoneUndone)]
    if not told:
        return
    at = max(one.at for one in told)
    credits = [
        Credit(one.reward, owner, CreditKind.EARNED, one.points + one.kept, REASON, one.at)
        for one in told
        if isinstance(one, MilestoneReached) and one.points + one.kept
        if people[owner := owners[one.subject]].state is not State.ERASED
    ]
    await tiers.give(credits, programme=programme, at=at, tx=tx)
    undone = [one.reward for one in told if isinstance(one, MilestoneUndone)]
    await tiers.uncredit(undone, programme=programme, at=at, tx=tx)


def _earnings(events: Sequence[Any], owners: Mapping[UUID, UUID]) -> Sequence[Earning]:
    """What stands of each reward by the last word about it: what was not taken back."""
    return [
        Earning(
            one.reward,
            owners[one.subject],
            one.points - (one.returned if isinstance(one, RETURNED) else 0),
            one.at,
        )
        for one in events
        if isinstance(one, PAID | RETURNED)
    ]


def _is_brought_in(event: Any) -> bool:
    """True for who came into a challenge by an activity: by it they are on its boards, too."""
    return isinstance(event, challenges.Joined) and event.activity is not None
