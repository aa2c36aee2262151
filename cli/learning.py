"""Learning: models trained, listed, swapped and dropped, and what they learn from brought in."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli import telling
from cli.opening import opened
from cli.telling import REFUSED, Stop
from domain import interactions, programmes, trainings
from domain.interactions import Imported
from domain.programmes import Programme
from domain.trainings import State, Trained
from infra import checks, clock, db
from infra.settings import Settings

FAULTS_SHOWN = 20


async def train(
    settings: Settings, *, slug: str | None, report: Path | None, as_json: bool
) -> None:
    """Train one programme, or all of them one after the other. Raises Stop when none could be."""
    telling.stop_at(checks.openmp())
    # Only now: nothing else of the command line waits for the maths.
    from recommender.errors import Unusable
    from workers.training import NothingToTrain

    done, untrained = [], []
    async with opened(settings):
        for programme in await _programmes(slug):
            try:
                done.append(await _train(settings, programme, report))
            except (NothingToTrain, Unusable) as refused:
                untrained.append((programme.slug, refused.code, str(refused)))
    if as_json:
        refusals = [{"programme": slug, "code": code} for slug, code, _ in untrained]
        telling.as_json({"trained": [asdict(each) for each in done], "refused": refusals})
    else:
        _show("Trained", done)
        for name, code, why in untrained:
            telling.people.print(f"{name}: {code}: {why}", markup=False, soft_wrap=True)
    if not done:
        raise Stop("No model was trained.", code=REFUSED)


async def listed(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Print the models of a programme, the newest first."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await trainings.listed(programme=programme.id, tx=tx)
    if as_json:
        telling.as_json([asdict(each) for each in found])
    else:
        _show("Models", found)


async def use(settings: Settings, id: UUID, *, slug: str) -> None:
    """Let a model answer from now on; its files must be sound."""
    from recommender import storing

    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
            found = await trainings.get(id, programme=programme.id, tx=tx)
        if found.state is not State.DROPPED:
            with _plainly():
                storing.load(_folder(settings, programme, id))
        async with db.transaction() as tx:
            await trainings.use(id, programme=programme.id, at=clock.now(), tx=tx)
    telling.answers.print(f"Model {id} is in use.")


async def drop(settings: Settings, id: UUID, *, slug: str) -> None:
    """Delete a model's files; its row stays."""
    async with opened(settings):
        async with db.transaction() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
            await trainings.drop(id, programme=programme.id, tx=tx)
        shutil.rmtree(_folder(settings, programme, id), ignore_errors=True)
    telling.answers.print(f"The files of model {id} are gone.")


async def bring_in(settings: Settings, path: Path, *, slug: str, as_json: bool) -> None:
    """Import what members did elsewhere. Raises Stop when rows were refused, and Refused when the
    file was."""
    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
        with _counting() as told:
            report = await interactions.bring_in(
                path, programme=programme, at=clock.now(), told=told
            )
    if as_json:
        telling.as_json(asdict(report))
    else:
        _tell(report)
    if report.refused:
        raise Stop(f"{report.refused} of {report.rows} rows were refused.", code=REFUSED)


async def _programmes(slug: str | None) -> list[Programme]:
    async with db.reading() as tx:
        if slug is None:
            return list(await programmes.every(tx=tx))
        return [await programmes.by_slug(slug, tx=tx)]


async def _train(settings: Settings, programme: Programme, report: Path | None) -> Trained:
    from workers import training

    with _bar(programme.slug) as told:
        outcome = await training.train(programme, folder=settings.models, told=told)
    if report is not None:
        from recommender.reporting import write_report

        trained = outcome.trained
        lines = [
            ("Programme", programme.slug),
            ("Model", str(trained.id)),
            ("State", trained.state.value),
            ("Interactions", f"{trained.interactions:,}"),
            ("Members", f"{trained.members:,}"),
            ("Items", f"{trained.items:,}"),
            ("Trained in", f"{trained.seconds:.1f} s"),
        ]
        page = write_report(
            report / programme.slug, outcome.facts, title="What was learnt", lines=lines
        )
        telling.people.print(f"The report is in {page}.", markup=False, soft_wrap=True)
    return outcome.trained


def _show(title: str, found: Sequence[Trained]) -> None:
    columns = ("Model", "State", "Trained", "Interactions", "Members", "Items", "Seconds", "Why")
    rows = (
        (
            each.id,
            each.state,
            f"{each.trained_at:%Y-%m-%d %H:%M}",
            each.interactions,
            each.members,
            each.items,
            f"{each.seconds:.1f}",
            each.reason or "",
        )
        for each in found
    )
    telling.table(title, columns, rows)


def _tell(report: Imported) -> None:
    telling.answers.print(
        f"{report.rows} rows: {report.new} new, {report.known} known before, {report.apart} of "
        f"members who do not agree, {report.refused} refused."
    )
    if report.faults:
        rows = ((fault.row, fault.code, fault.message) for fault in report.faults[:FAULTS_SHOWN])
        telling.table("Refused", ("Row", "Code", "Why"), rows)


def _folder(settings: Settings, programme: Programme, id: UUID) -> Path:
    return settings.models / str(programme.id) / str(id)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn what the maths refuses into a sentence."""
    from recommender.errors import Unusable

    try:
        yield
    except Unusable as refused:
        raise Stop(f"{refused.code}: {refused}", code=REFUSED) from refused


@contextmanager
def _bar(name: str) -> Iterator[Callable[[str, float], None]]:
    """Show what a training does, and which share of it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=telling.people, transient=True) as progress:
        task = progress.add_task(name, total=1.0)

        def told(what: str, share: float) -> None:
            progress.update(task, description=f"{name}: {what}", completed=share)

        yield told


@contextmanager
def _counting() -> Iterator[Callable[[Imported], None]]:
    words = "importing: {task.fields[rows]} rows, {task.fields[refused]} refused"
    columns = (TextColumn(words), TimeElapsedColumn())
    with Progress(*columns, console=telling.people, transient=True) as progress:
        task = progress.add_task("importing", rows=0, refused=0)
        yield lambda report: progress.update(task, rows=report.rows, refused=report.refused)
