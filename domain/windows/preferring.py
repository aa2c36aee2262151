"""Preferring: what members want to hear of, where and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.members import Member
from domain.windows.checking import sound_cap, sound_choices, sound_hour, sound_quiet
from domain.windows.policies import Policy, policy, policy_of
from domain.windows.records import Channel, Choice, Mode, Modes, Preferences, Quiet, Topic
from infra.db import Tx

# Of all members at once, with the programme's way beside each: this is asked for every message.
SEVERAL = """
SELECT m.id AS member, to_jsonb(w)::text AS policy, to_jsonb(p)::text AS preference,
       (SELECT jsonb_agg(jsonb_build_array(d.topic, d.channel, d.mode))::text
        FROM window_default AS d WHERE d.programme = $1) AS defaults,
       (SELECT jsonb_agg(jsonb_build_array(c.topic, c.channel, c.mode))::text
        FROM window_choice AS c WHERE c.programme = $1 AND c.member = m.id) AS choices
FROM unnest($2::uuid[]) AS m (id)
LEFT JOIN window_policy AS w ON w.programme = $1
LEFT JOIN window_preference AS p ON p.programme = $1 AND p.member = m.id
"""
# A NULL leaves a column as it is. Quiet hours are said anew as a whole, or not at all.
SET = """
INSERT INTO window_preference AS p (programme, member, quiet_said, quiet_from, quiet_until,
                                    phone_cap, watch_cap, digest_hour, urgent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (programme, member) DO UPDATE SET
    quiet_said = p.quiet_said OR excluded.quiet_said,
    quiet_from = CASE WHEN excluded.quiet_said THEN excluded.quiet_from ELSE p.quiet_from END,
    quiet_until = CASE WHEN excluded.quiet_said THEN excluded.quiet_until ELSE p.quiet_until END,
    phone_cap = coalesce(excluded.phone_cap, p.phone_cap),
    watch_cap = coalesce(excluded.watch_cap, p.watch_cap),
    digest_hour = coalesce(excluded.digest_hour, p.digest_hour),
    urgent = coalesce(excluded.urgent, p.urgent)
"""
DROP_CHOICES = """
DELETE FROM window_choice AS c
USING unnest($3::text[], $4::text[]) AS t (topic, channel)
WHERE c.programme = $1 AND c.member = $2 AND c.topic = t.topic AND c.channel = t.channel
"""
CHOOSE = """
INSERT INTO window_choice (programme, member, topic, channel, mode)
SELECT $1, $2, t.topic, t.channel, t.mode
FROM unnest($3::text[], $4::text[], $5::text[]) AS t (topic, channel, mode)
ORDER BY t.topic, t.channel
ON CONFLICT (programme, member, topic, channel) DO UPDATE SET mode = excluded.mode
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a member says anew; None leaves it as it is.

    quiet    -- False: no hour is quiet, whatever the programme's are.
    choices  -- of topics and channels; those that are not named stay.
    """

    choices: Sequence[Choice] = ()
    quiet: Quiet | bool | None = None
    phone_cap: int | None = None
    watch_cap: int | None = None
    digest_hour: int | None = None
    urgent_in_quiet_hours: bool | None = None


async def preferences(member: Member, *, tx: Tx) -> Preferences:
    """What holds for the member."""
    found = await several([member.id], programme=member.programme, tx=tx)
    return found[member.id]


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Preferences]:
    """What holds for each of the members, by id."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    if not rows:
        return {}
    way = policy_of(_read(rows[0]["policy"]), _modes(rows[0]["defaults"]))
    return {
        row["member"]: _joined(way, _read(row["preference"]), _modes(row["choices"]))
        for row in rows
    }


async def set_preferences(member: Member, change: Change, *, tx: Tx) -> Preferences:
    """The member's preferences with what is said changed. What has been decided stays.

    Refuses, in this order: BadMode, BadQuietHours, BadCap of the phone, of the watch,
    BadDigestHour.
    """
    choices = sound_choices(change.choices)
    quiet = sound_quiet(change.quiet) if isinstance(change.quiet, Quiet) else None
    way = await policy(member.programme, tx=tx)
    caps = {Channel.PHONE: change.phone_cap, Channel.WATCH: change.watch_cap}
    for channel, cap in caps.items():
        if cap is not None:
            sound_cap(channel, cap, most=way.caps_most[channel])
    if change.digest_hour is not None:
        sound_hour(change.digest_hour)
    hours = (None, None) if quiet is None else (quiet.from_minute, quiet.until_minute)
    said = (change.quiet is not None, *hours, change.phone_cap, change.watch_cap)
    who = (member.programme, member.id)
    await tx.run(SET, *who, *said, change.digest_hour, change.urgent_in_quiet_hours)
    await _choose(choices, who, tx)
    return await preferences(member, tx=tx)


async def _choose(choices: Sequence[Choice], who: tuple[int, UUID], tx: Tx) -> None:
    usual = [one for one in choices if one.mode is None]
    chosen = [one for one in choices if one.mode is not None]
    if usual:
        await tx.run(DROP_CHOICES, *who, *_words(usual))
    if chosen:
        await tx.run(CHOOSE, *who, *_words(chosen), [str(one.mode) for one in chosen])


def _words(choices: Sequence[Choice]) -> tuple[list[str], list[str]]:
    return [str(one.topic) for one in choices], [str(one.channel) for one in choices]


def _joined(way: Policy, said: Mapping[str, Any] | None, choices: Modes) -> Preferences:
    own: Mapping[str, Any] = said or {}
    quiet = way.quiet
    if own.get("quiet_said"):
        none = own["quiet_from"] is None
        quiet = None if none else Quiet(own["quiet_from"], own["quiet_until"])
    wanted = {Channel.PHONE: own.get("phone_cap"), Channel.WATCH: own.get("watch_cap")}
    hour, urgent = own.get("digest_hour"), own.get("urgent")
    return Preferences(
        modes={**way.modes, **choices} if choices else way.modes,
        quiet=quiet,
        caps={
            channel: min(way.caps[channel] if cap is None else cap, way.caps_most[channel])
            for channel, cap in wanted.items()
        },
        digest_hour=way.digest_hour if hour is None else hour,
        urgent_in_quiet_hours=way.urgent_in_quiet_hours if urgent is None else urgent,
    )


def _read(text: str | None) -> Mapping[str, Any] | None:
    read: Mapping[str, Any] | None = None if text is None else orjson.loads(text)
    return read


def _modes(text: str | None) -> Modes:
    told = [] if text is None else orjson.loads(text)
    return {(Topic(topic), Channel(channel)): Mode(mode) for topic, channel, mode in told}
