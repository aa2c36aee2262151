"""Transporting: files of members, balances and transactions in and out, with progress."""

from pathlib import Path

import orjson
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli import telling
from cli.opening import opened
from cli.telling import REFUSED, Stop
from domain import imports, programmes
from domain.imports import Kind, Mode, Report, State
from infra import clock, db
from infra.settings import Settings

FAULTS_SHOWN = 20


async def bring_in(
    settings: Settings, path: Path, *, kind: Kind, slug: str, mode: Mode, json: bool
) -> None:
    """Import a file and tell what came of it. Raises Stop when rows were refused, and Refused
    when the file was."""
    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
        with _progress() as progress:
            task = progress.add_task("importing", rows=0, refused=0)

            def told(report: Report) -> None:
                progress.update(task, rows=report.rows, refused=report.refused)

            report = await imports.run(
                path, kind=kind, programme=programme, at=clock.now(), mode=mode, told=told
            )
    _tell(report, mode, json=json)
    if report.refused:
        raise Stop(f"{report.refused} of {report.rows} rows were refused.", code=REFUSED)


async def take_out(settings: Settings, path: Path, *, kind: Kind, slug: str) -> None:
    """Export to a file. Raises NoSuchProgramme."""
    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
        with _progress() as progress:
            task = progress.add_task("exporting", rows=0, refused=0)
            count = await imports.export(
                path,
                kind=kind,
                programme=programme,
                told=lambda rows: progress.update(task, rows=rows),
            )
    telling.answers.print(f"{count} rows are in {path}.", markup=False, soft_wrap=True)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}: {task.fields[rows]} rows, {task.fields[refused]} refused"),
        TimeElapsedColumn(),
        console=telling.people,
        transient=True,
    )


def _tell(report: Report, mode: Mode, *, json: bool) -> None:
    if json:
        text = orjson.dumps(report, option=orjson.OPT_INDENT_2, default=str).decode()
        telling.answers.print(text, markup=False, soft_wrap=True)
        return
    undone = mode is Mode.DRY or report.state is State.REFUSED
    done = f"{report.done} would be done" if undone else f"{report.done} done"
    telling.answers.print(
        f"{report.rows} rows: {done}, {report.known} known before, {report.refused} refused."
    )
    if report.faults:
        table = Table("row", "column", "code", "message")
        for fault in report.faults[:FAULTS_SHOWN]:
            table.add_row(str(fault.row), fault.column, fault.code, fault.message)
        telling.answers.print(table)
    if len(report.faults) > FAULTS_SHOWN:
        telling.answers.print(f"{report.refused - FAULTS_SHOWN} more; --json tells them all.")
