"""Wishing: messages that want to go somewhere, for tests."""

from datetime import datetime, timedelta
from typing import Any

from domain import windows
from domain.members import Member
from domain.windows import Change, Channel, Choice, Mode, Quiet, Topic, Urgency, Wish
from infra import ids
from infra.db import Tx
from tests.support import given

NIGHT = Quiet(22 * 60, 7 * 60)
# In Vienna, where members of tests live: an hour later than in UTC, or two in summer.
MIDNIGHT = given.NOON.replace(hour=23)


def a_wish(member: Member, *, at: datetime = given.NOON, **said: Any) -> Wish:
    """A plain message about badges for the member's phone, good for a day."""
    usual = {
        "id": ids.new(at),
        "member": member.id,
        "topic": Topic.BADGES,
        "channel": Channel.PHONE,
        "urgency": Urgency.PLAIN,
        "expires_at": at + timedelta(days=1),
    }
    return Wish(**{**usual, **said})


async def asked(
    *wishes: Wish, member: Member, at: datetime = given.NOON, tx: Tx
) -> list[windows.Decision]:
    """What becomes of the wishes."""
    return list(await windows.decide(wishes, programme=member.programme, at=at, tx=tx))


async def wants(member: Member, *, tx: Tx, digest: bool = False, **said: Any) -> None:
    """The member says what they want; `digest` gathers badges on the phone."""
    choices = [Choice(Topic.BADGES, Channel.PHONE, Mode.DIGEST)] if digest else []
    change = Change(**{"choices": choices, **said})
    await windows.set_preferences(member, change, tx=tx)
