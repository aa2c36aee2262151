"""Reacting: events become what members are told, in the inbox and on their wrists.

All of a batch in one transaction, and in as many statements for five hundred as for one: it lies
on the way from a commit to a phone. Who was told something is not told it again, because only what
is new in an inbox is pushed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import inbox, members, windows
from domain.inbox import News
from domain.members import Member
from domain.notices import naming, pushing
from domain.notices.merging import pushed
from domain.notices.naming import Named
from domain.notices.records import Notice, Told
from domain.notices.telling import notice
from domain.windows import Action, Channel, Decision, Wish
from infra.db import Tx
from infra.outbox import Delivery

# What is older was imported, replayed or late: it disturbs nobody any more ...
PUSHED_WITHIN = timedelta(hours=48)
# ... and what is older than this is history.
TOLD_WITHIN = timedelta(days=30)
PUSHED = (Channel.PHONE, Channel.WATCH)


async def tell(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Tell members what the events are to them.

    The deliveries may have several of one member. What was told already is not told again.
    """
    by_programme: defaultdict[int, list[Delivery[Any]]] = defaultdict(list)
    for delivery in deliveries:
        by_programme[delivery.event.programme].append(delivery)
    for programme, some in sorted(by_programme.items()):
        heard = [(one, found) for one in some if (found := _fresh(one)) is not None]
        if heard:
            await _tell(heard, programme, some[0].at, tx)


async def _tell(
    heard: Sequence[tuple[Delivery[Any], Notice]], programme: int, at: datetime, tx: Tx
) -> None:
    known = await _known(heard, programme, tx)
    told = [
        Told(one.id, member, notice, one.event.at)
        for one, notice in heard
        if (member := _now(one.event.subject, known)) is not None
    ]
    if not told:
        return
    await inbox.hold({one.member.id for one in told}, programme=programme, tx=tx)
    decisions = await _decide(told, programme=programme, at=at, tx=tx)
    wanted = {one.notice.named[1:] for one in told if one.notice.named}
    names = await naming.things(wanted, programme=programme, tx=tx)
    items = [item for one in told if (item := _item(one, decisions, names)) is not None]
    added = await inbox.add(items, programme=programme, held=True, at=at, tx=tx)
    new = {one.id for one in added}
    goes = {
        (one.id, channel): decision
        for one in told
        for channel in PUSHED
        if one.id in new and (decision := decisions.get((one.id, channel))) is not None
    }
    await pushing.push(
        [one for one in told if one.id in new],
        goes,
        names,
        known,
        programme=programme,
        at=at,
        tx=tx,
    )


def _fresh(delivery: Delivery[Any]) -> Notice | None:
    if delivery.event.at < delivery.at - TOLD_WITHIN:
        return None
    return notice(delivery.event)


async def _known(
    heard: Sequence[tuple[Delivery[Any], Notice]], programme: int, tx: Tx
) -> Mapping[UUID, Member]:
    """Whom it happened to, into whom they were merged, and who is named."""
    wanted = {one.event.subject for one, _ in heard}
    wanted |= {notice.person for _, notice in heard if notice.person}
    found = dict(await members.several(wanted, programme=programme, tx=tx))
    merged = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    return found | dict(await members.several(merged, programme=programme, tx=tx))


def _now(subject: UUID, known: Mapping[UUID, Member]) -> Member | None:
    """Who is told what happened to `subject`: nobody, when they take part no more."""
    member = known.get(subject)
    if member is not None and member.merged_into is not None:
        member = known.get(member.merged_into)
    return member if member is not None and member.is_active else None


async def _decide(
    told: Sequence[Told], *, programme: int, at: datetime, tx: Tx
) -> Mapping[tuple[UUID, Channel], Decision]:
    """What becomes of each, by the channels that it is for."""
    fresh = [one for one in told if one.at > at - PUSHED_WITHIN]
    best = pushed([(one.member.id, one.notice) for one in fresh])
    loud = {one.id for place, one in enumerate(fresh) if place in best}
    wishes = [wish for one in told for wish in _wishes(one, pushed=one.id in loud)]
    people = {one.member.id: one.member for one in told}
    decisions = await windows.decide(wishes, programme=programme, people=people, at=at, tx=tx)
    return {
        (wish.id, wish.channel): decision
        for wish, decision in zip(wishes, decisions, strict=True)
        if decision.action is not Action.DROP
    }


def _wishes(one: Told, *, pushed: bool) -> Iterator[Wish]:
    for channel in (Channel.INBOX, *(PUSHED if pushed else ())):
        yield Wish(
            one.id,
            one.member.id,
            one.notice.topic,
            channel,
            one.notice.urgency,
            one.at + one.notice.ttl,
        )


def _item(
    one: Told,
    decisions: Mapping[tuple[UUID, Channel], Decision],
    names: Mapping[Named, str],
) -> News | None:
    """What goes into the inbox; None: the member wants to hear of it nowhere.

    What is only pushed is kept in the archive, so that what became of it can be told.
    """
    if not any((one.id, channel) in decisions for channel in Channel):
        return None
    notice = one.notice
    about = {"member": notice.person} if notice.person else {}
    return News(
        id=one.id,
        member=one.member.id,
        topic=notice.topic.value,
        key=notice.key,
        at=one.at,
        args=one.args(names),
        title=notice.title,
        body=notice.body,
        refs={kind: str(id) for kind, id in {**notice.refs, **about}.items()},
        quiet=(one.id, Channel.INBOX) not in decisions,
    )
