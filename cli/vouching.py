"""Vouching: codes of rewards by file, with progress and a report of what was not taken."""

from pathlib import Path
from uuid import UUID

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli import telling
from cli.opening import opened
from cli.telling import REFUSED, Stop
from domain import programmes, rewards, vouchers
from domain.programmes import Programme
from domain.vouchers import Upload, Why
from infra import clock, db
from infra.db import Tx
from infra.settings import Settings

FAULTS_SHOWN = 20
COUNTS = ("rows", "loaded", "bad", "in_file", "in_pool", "elsewhere")
MEANINGS = {
    Why.UNREADABLE: "quotes, encoding, or too many fields",
    Why.BAD_CODE: "no code, or none of 1 to 100 printable characters",
    Why.BAD_EXPIRY: "neither a date nor a time with its zone",
    Why.EXPIRED: "over already",
    Why.IN_FILE: "the same code as in row {first}",
    Why.IN_POOL: "was in the pool before",
    Why.ELSEWHERE: "is in the pool of another reward",
}


async def bring_in(
    settings: Settings, path: Path, *, reward: str, slug: str, as_json: bool
) -> None:
    """Upload a file and tell what came of it. Raises Stop when rows were not taken, and Refused
    when the file was not."""
    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
            id = await found(reward, programme, tx)
        with _progress() as progress:
            task = progress.add_task("importing", rows=0, refused=0)

            def told(upload: Upload) -> None:
                progress.update(task, rows=upload.rows, refused=upload.refused)

            done = await vouchers.upload(
                path, reward=id, programme=programme, at=clock.now(), told=told
            )
    _tell(done, as_json=as_json)
    if done.refused:
        raise Stop(f"{done.refused} of {done.rows} rows were not taken.", code=REFUSED)


async def state(settings: Settings, *, reward: str, slug: str, as_json: bool) -> None:
    """Tell how many codes there are. Raises NoSuchProgramme, NoSuchReward, NoSuchPool."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        id = await found(reward, programme, tx)
        pool = await vouchers.get(id, programme=programme.id, tx=tx)
        now = await vouchers.tally(id, programme=programme.id, at=clock.now(), tx=tx)
    if as_json:
        said = {"loaded": now.loaded, "given": now.given, "expired": now.expired}
        telling.as_json(said | {"left": now.left, "warn_below": pool.warn_below, "low": pool.low})
        return
    telling.answers.print(
        f"{now.loaded} codes: {now.given} given, {now.expired} expired, {now.left} left"
        f" (warning below {pool.warn_below})."
    )


async def found(reward: str, programme: Programme, tx: Tx) -> UUID:
    """The id of the reward that is called so. Raises NoSuchReward."""
    try:
        return UUID(reward)
    except ValueError:
        known = await rewards.by_code(reward, programme=programme.id, tx=tx)
    if known is None:
        raise rewards.NoSuchReward("no reward is called so")
    return known.id


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[rows]} rows, {task.fields[refused]} not taken"),
        TimeElapsedColumn(),
        console=telling.people,
        transient=True,
    )


def _tell(done: Upload, *, as_json: bool) -> None:
    if as_json:
        said = {name: getattr(done, name) for name in COUNTS} | {"state": done.state}
        telling.as_json(said | {"faults": [fault._asdict() for fault in done.faults]})
        return
    telling.answers.print(
        f"{done.rows} rows: {done.loaded} in the pool, {done.in_file} twice in the file,"
        f" {done.in_pool} there before, {done.elsewhere} in other pools, {done.bad} bad."
    )
    if done.faults:
        table = Table("row", "why", "message")
        for fault in done.faults[:FAULTS_SHOWN]:
            meaning = MEANINGS[fault.why].format(first=fault.first)
            table.add_row(str(fault.row), fault.why, meaning)
        telling.answers.print(table)
    if len(done.faults) > FAULTS_SHOWN:
        telling.answers.print(f"{done.refused - FAULTS_SHOWN} more; --json tells them.")
