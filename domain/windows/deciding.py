"""Deciding: what becomes of messages, for every channel there is. Nothing else decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import members
from domain.members import Member
from domain.windows.capping import Draft, count
from domain.windows.choosing import window
from domain.windows.preferring import several
from domain.windows.records import (
    PUSHED,
    Action,
    Channel,
    Decision,
    Preferences,
    Reason,
    Urgency,
    Wish,
)
from infra.db import Tx


async def decide(
    wishes: Sequence[Wish],
    *,
    programme: int,
    people: Mapping[UUID, Member] | None = None,
    at: datetime,
    tx: Tx,
) -> Sequence[Decision]:
    """What becomes of each wish, in their order, noting what it uses of a member's day.

    people -- members whom the caller has looked up already, all that the wishes name.
    at     -- now: when somebody would send what may go. All members are of that programme.

    Whoever left or is nobody any more gets nothing pushed; their inbox takes what it takes. Asked
    again for the same message, member and channel, what used a day or waits for a digest is
    decided as before and uses nothing more; all else needs no memory. Seven statements at most,
    two where all is MONEY or for inboxes, however many wishes there are.
    """
    if not wishes:
        return []
    ids = {wish.member for wish in wishes}
    known = people or await members.several(ids, programme=programme, tx=tx)
    wanted = await several(ids & known.keys(), programme=programme, tx=tx)
    decisions = [_alone(wish, known.get(wish.member), wanted, at) for wish in wishes]
    drafts = {
        place: Draft(
            wish, decision, wanted[wish.member].caps[wish.channel], known[wish.member].zone
        )
        for place, (wish, decision) in enumerate(zip(wishes, decisions, strict=True))
        if _is_counted(wish, decision)
    }
    if drafts:
        counted = await count(list(drafts.values()), programme=programme, at=at, tx=tx)
        for place, decision in zip(drafts, counted, strict=True):
            decisions[place] = decision
    return decisions


def _alone(
    wish: Wish, member: Member | None, wanted: Mapping[UUID, Preferences], at: datetime
) -> Decision:
    if member is None or not (member.is_active or wish.channel is Channel.INBOX):
        return Decision(Action.DROP, at, Reason.OFF)
    return window(
        wanted[wish.member],
        zone=member.zone,
        topic=wish.topic,
        channel=wish.channel,
        urgency=wish.urgency,
        at=at,
        expires_at=wish.expires_at,
    )


def _is_counted(wish: Wish, decision: Decision) -> bool:
    pushed = wish.channel in PUSHED and wish.urgency is not Urgency.MONEY
    return pushed and decision.action is not Action.DROP
