"""Verifying: `laurel verify`, the ledger's proof for an operator."""

from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress, TaskID

from cli.opening import opened
from cli.telling import REFUSED, Stop, answers, as_json, people
from domain import ledger, programmes
from domain.ledger import Verdict
from infra import db
from infra.settings import Settings


async def verify(
    settings: Settings, *, book: int | None, slug: str | None, seals: Path | None, as_json: bool
) -> None:
    """Check the books and say what was found. Raises Stop when something is wrong."""
    async with opened(settings):
        verdicts = [await _verify(number, seals) for number in await _books(book=book, slug=slug)]
    (_as_json if as_json else _plainly)(verdicts)
    if not all(verdict.sound for verdict in verdicts):
        raise Stop("The ledger is not what it should be.", code=REFUSED)


async def _books(*, book: int | None, slug: str | None) -> Sequence[int]:
    async with db.reading() as tx:
        if book is not None:
            return [book]
        if slug is not None:
            return [(await programmes.by_slug(slug, tx=tx)).book]
        return [each.book for each in await programmes.every(tx=tx)]


async def _verify(book: int, seals: Path | None) -> Verdict:
    try:
        published = list(ledger.published(seals)) if seals is not None else []
    except (OSError, ValueError) as error:
        raise Stop(f"The published seals cannot be read: {error}") from error
    with Progress(console=people, transient=True) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(f"Book {book}: {what}")
            shown.update(tasks[what], completed=done, total=total)

        async with db.transaction() as tx:
            return await ledger.verify(book, published=published, progress=progress, tx=tx)


def _plainly(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        state = "sound" if verdict.sound else "NOT SOUND"
        answers.print(
            f"Book {verdict.book} is {state}: {verdict.sealed_rows} sealed postings in "
            f"{verdict.segments} segments, {verdict.unsealed_rows} not sealed yet, "
            f"{verdict.accounts} accounts, {verdict.entries} entries.",
            soft_wrap=True,
        )
        for finding in verdict.findings:
            answers.print(f"  {finding}", markup=False)
        if verdict.more:
            answers.print("  ... and more")


def _as_json(verdicts: Sequence[Verdict]) -> None:
    as_json(
        [
            {
                "book": each.book,
                "sound": each.sound,
                "segments": each.segments,
                "sealedRows": each.sealed_rows,
                "unsealedRows": each.unsealed_rows,
                "accounts": each.accounts,
                "entries": each.entries,
                "head": each.head.hex() if each.head else None,
                "findings": [str(finding) for finding in each.findings],
                "more": each.more,
            }
            for each in verdicts
        ]
    )
