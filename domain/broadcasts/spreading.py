"""Spread: tell the next members of a broadcast, as many as its pace allows by now.

Who has been told is the broadcast's own row, written in the transaction that told them: a crash
tells nobody twice and leaves nobody out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import inbox, members, programmes, push, windows
from domain.broadcasts.drafting import chosen
from domain.broadcasts.reading import REF, broadcast_of
from domain.broadcasts.records import AudienceKind, Broadcast, Text
from domain.inbox import News
from domain.members import LabelKind, Member
from domain.push import PROFILES, Kind, Order
from domain.windows import Action, Channel, Decision, Topic, Urgency, Wish
from infra import ids
from infra.db import Tx

# Small, so that the members' inboxes are held for a moment only.
CHUNK_MAX = 200
# Whoever was away catches up on so much and no more: a pace is not made up for by a rush.
BEHIND_MAX_SECONDS = 5
KEY = "news"
LABELS: Mapping[AudienceKind, LabelKind] = {
    AudienceKind.SEGMENT: LabelKind.SEGMENT,
    AudienceKind.TIER: LabelKind.TIER,
}

START = """
UPDATE broadcast SET state = 'RUNNING', started_at = coalesce(started_at, $1), paced_at = $1,
    paced = told
WHERE (programme, id) IN (
    SELECT programme, id FROM broadcast WHERE state = 'SCHEDULED' AND starts_at <= $1
    ORDER BY starts_at LIMIT 10 FOR UPDATE SKIP LOCKED
)
"""
# How many more its pace allows: since it was last started, but for what it was too far behind.
TAKE = """
SELECT b.id, b.programme, b.name, b.audience, b.of_label, b.texts::text AS texts, b.pace, b.state,
       b.created_at, b.starts_at, b.started_at, b.ended_at, b.told, b.pushed, b.reached,
       least(floor(p.room), $2, greatest(floor(p.most), 1))::int AS room,
       p.room > p.most + 1 AS behind
FROM broadcast AS b
CROSS JOIN LATERAL (
    SELECT b.paced + b.pace * extract(epoch FROM $1::timestamptz - b.paced_at) / 60 - b.told,
           b.pace * $3::numeric / 60
) AS p (room, most)
WHERE b.state = 'RUNNING' AND p.room >= 1
ORDER BY p.room DESC LIMIT 1 FOR UPDATE OF b SKIP LOCKED
"""
KEEP_PACE = """
UPDATE broadcast SET paced = told, paced_at = $3::timestamptz - make_interval(secs => $4)
WHERE programme = $1 AND id = $2
"""
KEEP = """
UPDATE broadcast SET told = told + $3, pushed = pushed + $4, reached = $5,
    state = CASE WHEN $6 THEN 'DONE' ELSE state END,
    ended_at = CASE WHEN $6 THEN $7::timestamptz END
WHERE programme = $1 AND id = $2
"""


async def start_due(*, at: datetime, tx: Tx) -> int:
    """Start what is scheduled until `at`; how many."""
    return await tx.run(START, at)


async def spread(*, at: datetime, tx: Tx) -> int:
    """Tell the next members of the broadcast that is furthest behind its pace; how many were
    looked at, 0 when none is behind. The last page, of whoever is left, ends it."""
    row = await tx.row(TAKE, at, CHUNK_MAX, BEHIND_MAX_SECONDS)
    if row is None:
        return 0
    one, room = broadcast_of(row), row["room"]
    if row["behind"]:
        await tx.run(KEEP_PACE, one.programme, one.id, at, float(BEHIND_MAX_SECONDS))
    page = await members.leaf(
        programme=one.programme,
        kind=LABELS.get(one.audience.kind),
        name=one.audience.name,
        after=row["reached"],
        limit=room,
        at=at,
        tx=tx,
    )
    pushed = await _tell(one, page, at=at, tx=tx)
    reached = page[-1].id if page else row["reached"]
    done = len(page) < room
    await tx.run(KEEP, one.programme, one.id, len(page), pushed, reached, done, at)
    return max(len(page), int(done))


async def _tell(one: Broadcast, page: Sequence[Member], *, at: datetime, tx: Tx) -> int:
    """How many of them were pushed to as well."""
    if not page:
        return 0
    own = (await programmes.by_id(one.programme, tx=tx)).locale
    told = {item_of(one, member.id): member for member in page}
    # Before their days are counted, as whoever tells them something else does.
    await inbox.hold([member.id for member in page], programme=one.programme, tx=tx)
    decisions = await _decided(told, one.programme, at=at, tx=tx)
    texts = {id: _text(one, member, own=own) for id, member in told.items()}
    items = [_news(one, id, member, texts[id], decisions, at=at) for id, member in told.items()]
    added = await inbox.add(items, programme=one.programme, held=True, at=at, tx=tx)
    new = {item.id for item in added}
    orders = [
        order
        for id, member in told.items()
        if id in new
        and (order := _order(one, id, member, texts[id], decisions[id], at=at)) is not None
    ]
    await push.order(orders, programme=one.programme, at=at, tx=tx)
    return len(orders)


def item_of(one: Broadcast, member: UUID) -> UUID:
    """The id of what a member is told by it: the same however often it is made."""
    assert one.started_at is not None, "it runs"
    return ids.derived(one.started_at, "broadcast", one.programme, one.id, member)


async def _decided(
    told: Mapping[UUID, Member], programme: int, *, at: datetime, tx: Tx
) -> Mapping[UUID, Mapping[Channel, Decision]]:
    until = at + PROFILES[Kind.NEWS].lasts
    wishes = [
        Wish(id, member.id, Topic.NEWS, channel, Urgency.PLAIN, until)
        for id, member in told.items()
        for channel in Channel
    ]
    found: defaultdict[UUID, dict[Channel, Decision]] = defaultdict(dict)
    decisions = await windows.decide(wishes, programme=programme, at=at, tx=tx)
    for wish, decision in zip(wishes, decisions, strict=True):
        found[wish.id][wish.channel] = decision
    return found


def _text(one: Broadcast, member: Member, *, own: str) -> Text:
    text = chosen(one.texts, member.locale, own=own)
    # The programme may have another language by now.
    return text or one.texts[min(one.texts)]


def _news(
    one: Broadcast,
    id: UUID,
    member: Member,
    text: Text,
    decisions: Mapping[UUID, Mapping[Channel, Decision]],
    *,
    at: datetime,
) -> News:
    return News(
        id=id,
        member=member.id,
        topic=Topic.NEWS,
        key=KEY,
        at=at,
        title=text.title,
        body=text.body,
        refs={REF: str(one.id)},
        quiet=decisions[id][Channel.INBOX].action is Action.DROP,
    )


def _order(
    one: Broadcast,
    id: UUID,
    member: Member,
    text: Text,
    decisions: Mapping[Channel, Decision],
    *,
    at: datetime,
) -> Order | None:
    """None: it is not for any device. Phone and watch are told at one time, the later one."""
    going = {
        channel: decision
        for channel, decision in decisions.items()
        if channel is not Channel.INBOX and decision.action in (Action.SEND, Action.WAIT)
    }
    if not going:
        return None
    return Order(
        id=id,
        member=member.id,
        kind=Kind.NEWS,
        key=KEY,
        title=text.title,
        body=text.body,
        channels=frozenset(going),
        send_at=max(decision.at for decision in going.values()),
        expires_at=at + PROFILES[Kind.NEWS].lasts,
        label=one.label,
    )
