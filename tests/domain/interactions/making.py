"""Members who agree to personalisation, and what they do."""

from datetime import datetime, timedelta

from domain import interactions, members
from domain.interactions import PERSONALISATION, Note
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given


async def consent(
    member: Member, *, yes: bool = True, purpose: str = PERSONALISATION, at: datetime, tx: Tx
) -> None:
    """The member says yes, or no, to a purpose."""
    await members.set_consent(
        member, purpose=purpose, version="1", given=yes, channel="APP", at=at, tx=tx
    )


async def an_open_member(programme: Programme | None = None, *, tx: Tx) -> Member:
    """A member who agrees to personalisation, of a programme of their own when none is said."""
    member = await given.a_member(programme or await given.a_programme(tx=tx), tx=tx)
    await consent(member, at=given.NOON, tx=tx)
    return member


def a_note(
    member: Member, item: str = "product:oat-milk", *, days: int = 1, weight: float = 1.0
) -> Note:
    """That the member had the item so many days before noon today."""
    at = given.NOON - timedelta(days=days)
    return Note(member.id, item, weight, at, ids.derived(at, "test", member.id, item))


async def done(member: Member, *, until: datetime = given.NOON, tx: Tx) -> list[tuple[str, float]]:
    """What is kept of the member, newest first."""
    found = await interactions.history(member.id, programme=member.programme, at=until, tx=tx)
    return [(seen.item, seen.weight) for seen in found]
