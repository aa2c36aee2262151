"""Accounting: what the ledger knows about itself, for finance and for whoever doubts a balance.

Every answer is one JSON document: these are reports to keep, compare and feed to other programs.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from cli import telling
from cli.opening import opened
from cli.telling import REFUSED, USAGE, Stop
from domain import ledger, members, programmes
from infra import clock, db
from infra.settings import Settings

# The parts of a report are read one after another while points move.
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


async def liability(settings: Settings, *, slug: str) -> None:
    """Print what a programme owes its members. Raises NoSuchProgramme."""
    async with opened(settings), db.transaction() as tx:
        await tx.run(ONE_MOMENT)
        programme = await programmes.by_slug(slug, tx=tx)
        _show(await ledger.liability(programme.book, at=clock.now(), tx=tx))


async def reconcile(settings: Settings, *, slug: str) -> None:
    """Print what does not add up. Raises NoSuchProgramme, and Stop when anything does not."""
    async with opened(settings), db.transaction() as tx:
        await tx.run(ONE_MOMENT)
        programme = await programmes.by_slug(slug, tx=tx)
        found = await ledger.reconcile(programme.book, tx=tx)
    _show(found)
    if found:
        raise Stop(f"{len(found)} discrepancies.", code=REFUSED)


async def explain(settings: Settings, handle: str, *, slug: str) -> None:
    """Print how a member's balance came to be. Raises NoSuchProgramme, NoSuchMember."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        member = await members.by_handle(handle, programme=programme.id, tx=tx)
        _show(await ledger.explain(member.account, book=member.book, tx=tx))


async def receipt(settings: Settings, posting: UUID, *, slug: str) -> None:
    """Print the proof that a posting is sealed. Raises NoSuchPosting, NotSealedYet."""
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await ledger.receipt(posting, book=programme.book, tx=tx)
    telling.answers.print(ledger.write_receipt(found).decode(), markup=False, soft_wrap=True)


def check(file: Path) -> None:
    """Check a receipt without any database. Raises Stop when it proves nothing."""
    try:
        found = ledger.read_receipt(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Stop(f"{file} is not a receipt: {error}", code=USAGE) from error
    if not ledger.verify_receipt(found):
        raise Stop("The receipt does not hold.", code=REFUSED)
    telling.answers.print(f"The posting is under the head {found.head.hex()}.", soft_wrap=True)


def _show(report: Any) -> None:
    text = orjson.dumps(report, option=orjson.OPT_INDENT_2, default=str).decode()
    telling.answers.print(text, markup=False, soft_wrap=True)
