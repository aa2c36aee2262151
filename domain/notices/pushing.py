"""Pushing: what is to reach phones and watches, in words and with what an app opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import push as pushes
from domain import wording
from domain.members import Member
from domain.notices import naming
from domain.notices.naming import Named
from domain.notices.opening import opened
from domain.notices.records import Told
from domain.push import Order
from domain.windows import Action, Channel, Decision
from domain.wording import Said, Words
from infra.db import Tx

# What windows gather is told by the digest.
GOES = frozenset({Action.SEND, Action.WAIT})


async def push(
    told: Sequence[Told],
    decisions: Mapping[tuple[UUID, Channel], Decision],
    names: Mapping[Named, str],
    known: Mapping[UUID, Member],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
) -> None:
    """Order a push of each by the channels that let it through, for when they do."""
    going = [(one, found) for one in told if (found := _time(one, decisions)) is not None]
    if not going or not pushes.is_on():
        return
    pairs = {_pair(one) for one, _ in going if one.notice.person}
    people = await naming.people(pairs, known=known, programme=programme, tx=tx)
    said = [
        Said(
            one.notice.key,
            one.member.locale,
            {**one.args(names), "name": people.get(_pair(one), "")},
        )
        for one, _ in going
        if one.notice.title is None
    ]
    worded = iter(await wording.rendered(said, programme=programme, tx=tx) if said else ())
    orders = [_order(one, *time, None if one.notice.title else next(worded)) for one, time in going]
    await pushes.order(orders, programme=programme, at=at, tx=tx)


def _time(
    one: Told, decisions: Mapping[tuple[UUID, Channel], Decision]
) -> tuple[datetime, frozenset[Channel]] | None:
    """When it goes, and by which channels; None: by none. It is one push, so it goes to all of
    them when it may go to the last."""
    found = {
        channel: decision.at
        for channel in (Channel.PHONE, Channel.WATCH)
        if (decision := decisions.get((one.id, channel))) and decision.action in GOES
    }
    return (max(found.values()), frozenset(found)) if found else None


def _order(
    one: Told, send_at: datetime, channels: frozenset[Channel], words: Words | None
) -> Order:
    notice = one.notice
    assert notice.kind is not None, "what has no kind is never pushed"
    # The programme's own words are not on the device.
    literal = (notice.title, notice.body)
    if words is not None and words.own:
        literal = (words.title, words.body)
    first = next(iter(notice.refs.items()), None)
    return Order(
        id=one.id,
        member=one.member.id,
        kind=notice.kind,
        key=notice.key,
        args=() if words is None else words.args,
        title=literal[0],
        body=literal[1],
        data={} if first is None else {first[0]: opened(*first)},
        collapse=notice.collapse,
        channels=channels,
        send_at=send_at,
        expires_at=one.at + notice.ttl,
    )


def _pair(one: Told) -> tuple[UUID, UUID]:
    return one.member.id, one.notice.person or one.member.id
