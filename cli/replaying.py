"""Replaying: earning rules tried on the history of a programme, from the command line.

The members are parted among processes: the reckoning is plain Python, and each core does its
part with a connection of its own.
"""

import asyncio
import os
import tomllib
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson

from cli import telling
from cli.opening import opened
from cli.ruling import moment
from cli.telling import REFUSED, USAGE, Stop
from domain import members, points, programmes, replays
from domain.points import Terms
from domain.replays import Period, Tally
from infra import clock, db
from infra.ids import EPOCH
from infra.settings import Settings

# A file of rules is a few kilobytes.
FILE_BYTES_MAX = 1_000_000


async def replay(
    settings: Settings, file: Path | None, *, slug: str, since: str | None, as_json: bool
) -> None:
    """Print what the rules of a file would have given since then, beside what was given.

    file -- None: the rules as they are, which must come to what was given.
    Raises Stop, BadProposal, NoSuchProgramme.
    """
    said = None if file is None else read(file)
    begin = moment(since) or EPOCH
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        terms = await points.terms(programme.id, tx=tx)
    if said is not None:
        terms = replays.proposed(said, instead_of=terms)
    period = Period(programme.id, begin, clock.now())
    tally = await parted(settings, period, terms)
    async with opened(settings), db.transaction() as tx:
        ids = {id for _, id in (*tally.gained, *tally.lost)}
        handles = await members.several(ids, programme=programme.id, tx=tx)
    report = _report(tally, {id: member.handle for id, member in handles.items()})
    if as_json:
        telling.as_json(report)
    else:
        _show(report, slug=slug, since=begin)
    if said is None and tally.today != tally.proposed:
        raise Stop("The rules as they are do not come to what was given.", code=REFUSED)


async def parted(settings: Settings, period: Period, terms: Terms, *, parts: int = 0) -> Tally:
    """The replay of a period by so many processes at once; 0: one for each core."""
    parts = parts or os.cpu_count() or 1
    loop = asyncio.get_running_loop()
    # Spawned: a copy of a process that has loops and connections open is no clean start.
    with ProcessPoolExecutor(parts, get_context("spawn")) as pool:
        done = [
            loop.run_in_executor(
                pool, _part, settings, replace(period, shard=part, shards=parts), terms
            )
            for part in range(parts)
        ]
        return replays.summed(await asyncio.gather(*done))


def read(file: Path) -> Mapping[str, Any]:
    """The rules in a TOML or, by its name, a JSON file. Raises Stop."""
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise Stop(f"{file} is no file of rules: it is too long.", code=USAGE)
        text = file.read_text()
        said = orjson.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise Stop(f"{file} cannot be read: {error}", code=USAGE) from error
    if not isinstance(said, dict):
        raise Stop(f"{file} holds no rules: it must be a table.", code=USAGE)
    return said


def _part(settings: Settings, period: Period, terms: Terms) -> Tally:
    return asyncio.run(_replayed(settings, period, terms))


async def _replayed(settings: Settings, period: Period, terms: Terms) -> Tally:
    async with opened(settings), db.transaction() as tx:
        return await replays.replay(period, terms, tx=tx)


def _report(tally: Tally, handles: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "judgements": tally.judgements,
        "members": tally.members,
        "today": tally.today.total(),
        "proposed": tally.proposed.total(),
        "change": tally.change,
        "by_type": _pairs(tally.by_type()),
        "by_month": _pairs(tally.by_month()),
        "gained": _top(tally.gained, handles, sign=1),
        "lost": _top(tally.lost, handles, sign=-1),
        "spread": dict(zip(_steps(), tally.spread, strict=True)),
    }


def _pairs(found: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    return {
        name: {"today": today, "proposed": proposed, "change": proposed - today}
        for name, (today, proposed) in found.items()
    }


def _top(top: list[Any], handles: Mapping[Any, str], *, sign: int) -> list[dict[str, Any]]:
    ordered = sorted(top, reverse=True)
    return [
        {"member": str(id), "handle": handles.get(id, "?"), "change": sign * size}
        for size, id in ordered
    ]


def _steps() -> list[str]:
    """What each part of the spread is called."""
    steps = replays.STEPS
    between = pairwise(steps)
    named = [f"{low} to {high - 1}" if high - low > 1 else str(low) for low, high in between]
    return [f"below {steps[0]}", *named, f"{steps[-1]} and more"]


def _show(report: Mapping[str, Any], *, slug: str, since: datetime) -> None:
    said = telling.answers
    whence = "the beginning" if since == EPOCH else str(since)
    said.print(f"{slug}: {report['judgements']} judgements of {report['members']} members,")
    said.print(f"since {whence}. Nothing was written.")
    said.print(
        f"Given: {report['today']}; proposed: {report['proposed']}; change: {report['change']:+}."
    )
    for name in ("by_type", "by_month"):
        rows = [
            (key, one["today"], one["proposed"], f"{one['change']:+}")
            for key, one in report[name].items()
        ]
        telling.table(name.replace("_", " ").title(), ("", "Given", "Proposed", "Change"), rows)
    for name in ("gained", "lost"):
        top = [(one["handle"], f"{one['change']:+}") for one in report[name]]
        telling.table(f"Who {name} most", ("Member", "Points"), top)
    telling.table("Members by change", ("Points", "Members"), report["spread"].items())
