"""Policies: what a programme does with members who have said nothing, and what they may want."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.windows.checking import sound_cap, sound_choices, sound_hour, sound_quiet
from domain.windows.records import (
    CAP_MOST,
    MODES,
    PUSHED,
    Channel,
    Choice,
    Mode,
    Modes,
    Quiet,
    Topic,
)
from infra.db import Row, Tx

POLICY = """
SELECT p.quiet_from, p.quiet_until, p.phone_cap, p.watch_cap, p.phone_cap_most, p.watch_cap_most,
       p.digest_hour, p.urgent
FROM window_policy AS p WHERE p.programme = $1
"""
DEFAULTS = """
SELECT topic, channel, mode FROM window_default WHERE programme = $1 ORDER BY topic, channel
"""
SET_POLICY = """
INSERT INTO window_policy (programme, quiet_from, quiet_until, phone_cap, watch_cap,
                           phone_cap_most, watch_cap_most, digest_hour, urgent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (programme) DO UPDATE SET
    quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
    phone_cap = excluded.phone_cap, watch_cap = excluded.watch_cap,
    phone_cap_most = excluded.phone_cap_most, watch_cap_most = excluded.watch_cap_most,
    digest_hour = excluded.digest_hour, urgent = excluded.urgent
"""
DROP_DEFAULTS = "DELETE FROM window_default WHERE programme = $1"
ADD_DEFAULTS = """
INSERT INTO window_default (programme, topic, channel, mode)
SELECT $1, t.topic, t.channel, t.mode
FROM unnest($2::text[], $3::text[], $4::text[]) AS t (topic, channel, mode)
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """A programme's way with its members; the values here are the defaults.

    quiet       -- for members who have said nothing of quiet hours; None: none are quiet.
    caps        -- for members who have said nothing of a cap.
    caps_most   -- the most that members may set, and that comes to anybody.
    digest_hour, urgent_in_quiet_hours -- as in Preferences.
    modes       -- one for each topic and channel.
    """

    quiet: Quiet | None = None
    caps: Mapping[Channel, int] = field(
        default_factory=lambda: {Channel.PHONE: 12, Channel.WATCH: 8}
    )
    caps_most: Mapping[Channel, int] = field(
        default_factory=lambda: {Channel.PHONE: 50, Channel.WATCH: 50}
    )
    digest_hour: int = 18
    urgent_in_quiet_hours: bool = False
    modes: Modes = field(default_factory=lambda: MODES)


async def policy(programme: int, *, tx: Tx) -> Policy:
    """The programme's way; the defaults where it has said nothing."""
    row = await tx.row(POLICY, programme)
    said = {
        (Topic(one["topic"]), Channel(one["channel"])): Mode(one["mode"])
        for one in await tx.rows(DEFAULTS, programme)
    }
    return policy_of(row, said)


def policy_of(row: Row | None, said: Modes) -> Policy:
    """A programme's row, which may not be there, and what it said of topics, as a value."""
    modes = MODES if not said else {**MODES, **said}
    if row is None:
        return Policy(modes=modes)
    quiet = None if row["quiet_from"] is None else Quiet(row["quiet_from"], row["quiet_until"])
    return Policy(
        quiet=quiet,
        caps={Channel.PHONE: row["phone_cap"], Channel.WATCH: row["watch_cap"]},
        caps_most={Channel.PHONE: row["phone_cap_most"], Channel.WATCH: row["watch_cap_most"]},
        digest_hour=row["digest_hour"],
        urgent_in_quiet_hours=row["urgent"],
        modes=modes,
    )


async def set_policy(
    policy: Policy, *, choices: Sequence[Choice], programme: int, tx: Tx
) -> Policy:
    """The programme's way from now on, for all who have said nothing else; of `policy` the modes
    are the app's own but for `choices`. What has been decided stays.

    Refuses, in this order: BadQuietHours, BadCap of a bound, then of a default above its bound,
    BadDigestHour, BadMode.
    """
    quiet = None if policy.quiet is None else sound_quiet(policy.quiet)
    bounds = policy.caps_most
    most = [sound_cap(one, bounds[one], most=CAP_MOST, field="cap_most") for one in PUSHED]
    caps = [sound_cap(one, policy.caps[one], most=bounds[one]) for one in PUSHED]
    hour = sound_hour(policy.digest_hour)
    said = {
        (one.topic, one.channel): one.mode for one in sound_choices(choices) if one.mode is not None
    }
    hours = (None, None) if quiet is None else (quiet.from_minute, quiet.until_minute)
    await tx.run(SET_POLICY, programme, *hours, *caps, *most, hour, policy.urgent_in_quiet_hours)
    await tx.run(DROP_DEFAULTS, programme)
    topics, channels = [str(topic) for topic, _ in said], [str(channel) for _, channel in said]
    await tx.run(ADD_DEFAULTS, programme, topics, channels, list(map(str, said.values())))
    return replace(policy, quiet=quiet, modes={**MODES, **said})
