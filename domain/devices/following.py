"""Following: a Live Activity on a member's phone shows a challenge that is running.

iOS makes a push token for each activity it shows, and ends the activity after eight hours; so
the token is kept for as long, for one device and one challenge, and is no target for anything
else. That the member takes part in the challenge is known to whoever calls.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.devices.checking import sound_live_token
from domain.devices.errors import NotLive, TooManyLive
from domain.devices.reading import find
from domain.devices.records import (
    LIVE_LASTS,
    LIVE_MAX,
    DeviceKind,
    LiveTarget,
    Platform,
    Target,
)
from domain.devices.registering import hold
from domain.devices.targeting import target_of
from domain.members import Member
from infra.db import Tx

PURGE_BATCH = 1_000

COUNT = """
SELECT count(*) FROM device_live
WHERE programme = $1 AND device = $2 AND challenge <> $3 AND expires_at > $4
"""
FOLLOW = """
INSERT INTO device_live (programme, device, challenge, token, since, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (programme, device, challenge)
DO UPDATE SET token = excluded.token, since = excluded.since, expires_at = excluded.expires_at
"""
UNFOLLOW = "DELETE FROM device_live WHERE programme = $1 AND device = $2 AND challenge = $3"
TARGETS = """
SELECT d.id, d.programme, d.member, d.installation, d.platform, d.kind, d.locale,
       l.challenge, l.token, l.expires_at
FROM device AS d JOIN device_live AS l ON l.programme = d.programme AND l.device = d.id
WHERE d.programme = $1 AND d.member = ANY($2::uuid[]) AND l.challenge = ANY($3::uuid[])
  AND l.expires_at > $4 AND d.installation IS NOT NULL
ORDER BY d.member, d.registered_at, d.id, l.challenge
"""
# Only the very token: the device may show the challenge anew by now.
ENDED = """
DELETE FROM device_live AS l
USING unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[])
    AS a (programme, device, challenge, token)
WHERE (l.programme, l.device, l.challenge, l.token)
    = (a.programme, a.device, a.challenge, a.token)
"""
PURGE = """
DELETE FROM device_live WHERE (programme, device, challenge) IN (
    SELECT programme, device, challenge FROM device_live WHERE expires_at < $1 LIMIT $2
)
"""


async def follow_live(
    device: UUID, challenge: UUID, *, token: str, member: Member, at: datetime, tx: Tx
) -> datetime:
    """Until when a Live Activity of the member's device is told how the challenge goes.

    token -- of the activity; a newer one replaces it, as iOS changes it while it runs.
    Refuses, in this order: BadLiveToken, members.NoSuchMember, NoSuchDevice, NotLive, TooManyLive.
    """
    plain = sound_live_token(token)
    await hold(member, tx=tx)
    found = (await find(device, member=member, tx=tx)).about
    reached = found.platform is Platform.IOS and found.kind is DeviceKind.PHONE
    if not reached or found.installation is None:
        raise NotLive("only a phone with iOS that can be pushed to shows Live Activities")
    if await tx.value(COUNT, member.programme, device, challenge, at) >= LIVE_MAX:
        raise TooManyLive(limit=LIVE_MAX)
    until = at + LIVE_LASTS
    await tx.run(FOLLOW, member.programme, device, challenge, plain, at, until)
    return until


async def unfollow_live(device: UUID, challenge: UUID, *, member: Member, tx: Tx) -> None:
    """The activity is over. Not followed is fine. Refuses NoSuchDevice."""
    await find(device, member=member, tx=tx)
    await tx.run(UNFOLLOW, member.programme, device, challenge)


async def live_targets(
    members: Collection[UUID],
    *,
    challenges: Collection[UUID],
    programme: int,
    at: datetime,
    tx: Tx,
) -> Mapping[tuple[UUID, UUID], Sequence[LiveTarget]]:
    """The Live Activities that show one of the challenges, by member and challenge."""
    found: defaultdict[tuple[UUID, UUID], list[LiveTarget]] = defaultdict(list)
    for row in await tx.rows(TARGETS, programme, list(members), list(challenges), at):
        target: Target = target_of(row)
        live = LiveTarget(target, row["challenge"], row["token"], row["expires_at"])
        found[target.member, live.challenge].append(live)
    return found


async def live_ended(ended: Collection[LiveTarget], *, tx: Tx) -> None:
    """Forget activities that Apple no longer knows; the devices stay."""
    await tx.run(
        ENDED,
        [live.target.programme for live in ended],
        [live.target.id for live in ended],
        [live.challenge for live in ended],
        [live.token for live in ended],
    )


async def purge_live(at: datetime, tx: Tx) -> int:
    """Forget a bounded number of activities that are over; how many."""
    return await tx.run(PURGE, at, PURGE_BATCH)
