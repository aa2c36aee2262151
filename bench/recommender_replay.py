"""Bench of the product with a grocer's year: what members buy, learnt, offered and answered.

    python -m bench.recommender --part replay

Households are members who agreed, product categories are items, and thirty of them are offers.
What was bought in the first 45 weeks is imported from a file, a model is trained from it, and
twice, four weeks apart, every member is asked what they would like: they take an offer when they
then bought of that category in the four weeks after, and refuse none. Whatever is chosen, it is
known what they would have taken, so that the learnt choice is compared with the plain list for
the very same members.
"""

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uvloop

from bench import complete_journey, recommender_ground
from bench.api_places import migrated
from bench.complete_journey import Lines
from bench.recommender_bandit import ARMS, HOUSEHOLDS_MIN
from bench.recommender_ground import Stand
from domain import decisions
from domain.decisions import Chooser, Placement, Response, Slate
from domain.members import Member
from infra import clock, db, recommending, signals

KNOWN_WEEKS, WEEKS, ROUNDS = 45, 4, 2
SHOWN = 3
TIMEOUT_S = 5.0
HELD_OUT_PERCENT = 20
DAY = timedelta(days=1)
MARGIN = 100


@dataclass(frozen=True, slots=True)
class Year:
    """The data as the product has it: times end now, members and categories have their names.

    ends -- when each week ends, by its number.
    """

    lines: Lines
    refs: Sequence[str]
    keys: Sequence[str]
    shift_s: int
    arms: Sequence[int]

    def end_of(self, week: int) -> datetime:
        """The moment after the last purchase of a week."""
        last = int(self.lines.at[self.lines.week == week].max())
        return datetime.fromtimestamp(last + self.shift_s + 1, UTC)

    def bought(self, *, after: int) -> np.ndarray:
        """Who bought of what in the weeks after that one; shape (households, items)."""
        later = (self.lines.week > after) & (self.lines.week <= after + WEEKS)
        found = np.zeros((len(self.refs), len(self.keys)), np.bool_)
        found[self.lines.household[later], self.lines.item[later]] = True
        return found


@dataclass(slots=True)
class Tally:
    """What was shown by whom, and how much of it was taken."""

    shown: int = 0
    taken: int = 0

    @property
    def rate(self) -> float:
        """Taken of what was shown; 0 when nothing was."""
        return self.taken / self.shown if self.shown else 0.0


def measure(*, quick: bool = False) -> Mapping[str, float]:
    """How often what was shown was taken: learnt, plain for the same members, and held out."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measured(300 if quick else None))


async def _measured(households: int | None) -> dict[str, float]:
    year = _year(households)
    with recommender_ground.stand() as stand:
        await migrated(stand.here)
        async with (
            recommender_ground.database(stand),
            signals.connection(stand.here.environment["REDIS_URL"]),
        ):
            people, arm_of = await _opened(year)
            await _imported(stand, year, weeks=(1, KNOWN_WEEKS))
            await asyncio.to_thread(_run, stand, "train", "--programme", "bench")
            found: dict[str, Tally] = {}
            with stand.recommender():
                async with recommending.connection(stand.url):
                    for number in range(ROUNDS):
                        week = KNOWN_WEEKS + number * WEEKS
                        if number:
                            await _imported(stand, year, weeks=(week - WEEKS + 1, week))
                        await _played(year, people, arm_of, week=week, tallies=found)
                        print(f"week {week}: " + _told(found), flush=True)
    learnt, plain, holdout = (found[name].rate for name in ("learnt", "plain_same", "holdout"))
    return {
        "replay_members": float(len(people)),
        "replay_learnt": learnt,
        "replay_plain": plain,
        "replay_holdout": holdout,
        "replay_decisions": float(found["learnt"].shown),
        "replay_learnt_vs_plain": learnt / plain,
        "replay_learnt_vs_holdout": learnt / holdout,
    }


async def _opened(year: Year) -> tuple[Sequence[Member], Mapping[str, int]]:
    """The programme with its members and offers; of each offer's key, the category."""
    began = year.end_of(1) - 30 * DAY
    programme = await recommender_ground.founded(at=began)
    people = await recommender_ground.admitted(programme, year.refs, at=began)
    offered = await recommender_ground.offered(
        programme,
        {year.lines.names[arm].title(): year.keys[arm] for arm in year.arms},
        at=began,
        until=clock.now() + 90 * DAY,
        margin=MARGIN,
    )
    async with db.transaction() as tx:
        await decisions.set_rules(
            holdout_percent=HELD_OUT_PERCENT, plain=[], programme=programme.id, tx=tx
        )
    return people, {f"offer:{one.id}": arm for one, arm in zip(offered, year.arms, strict=True)}


def _year(households: int | None) -> Year:
    lines = complete_journey.lines(households_min=HOUSEHOLDS_MIN)
    people, items = len(lines.households), len(lines.names)
    reach = np.bincount(np.unique(lines.item * people + lines.household) // people, minlength=items)
    arms = np.argsort(-reach)[ARMS].tolist()
    kept = lines.household < (households or people)
    lines = Lines(
        lines.households[: households or people],
        lines.names,
        *(
            column[kept]
            for column in (lines.household, lines.item, lines.basket, lines.week, lines.at)
        ),
    )
    refs = [f"H-{number}" for number in lines.households]
    keys = [f"product:{number}" for number in range(items)]
    shift_s = int(clock.now().timestamp()) - int(lines.at.max()) - 60
    return Year(lines, refs, keys, shift_s, arms)


async def _imported(stand: Stand, year: Year, *, weeks: tuple[int, int]) -> None:
    """What was bought in these weeks, from a file, by the command; once for each receipt."""
    lines = year.lines
    chosen = np.flatnonzero((lines.week >= weeks[0]) & (lines.week <= weeks[1]))
    pairs = np.stack([lines.basket[chosen], lines.item[chosen]], axis=1)
    chosen = chosen[np.sort(np.unique(pairs, axis=0, return_index=True)[1])]
    refs, keys = pa.array(year.refs), pa.array(year.keys)
    path = stand.here.folder / f"bought-{weeks[0]}.parquet"
    table = pa.table(
        {
            "member": refs.take(pa.array(lines.household[chosen])),
            "item": keys.take(pa.array(lines.item[chosen])),
            "weight": pa.array(np.ones(len(chosen), np.float32)),
            "time": pa.array(lines.at[chosen] + year.shift_s, pa.int64()),
        }
    )
    await asyncio.to_thread(pq.write_table, table, path)
    print(f"{len(chosen):,} purchases of weeks {weeks[0]} to {weeks[1]}", flush=True)
    said = await asyncio.to_thread(
        _run, stand, "interactions", "import", str(path), "--programme", "bench", "--json"
    )
    print(said.splitlines()[-1][:200], flush=True)


def _run(stand: Stand, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words, "--data", str(stand.here.folder)],
        env=dict(stand.here.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3_000:]
    return done.stdout


async def _played(
    year: Year,
    people: Sequence[Member],
    arm_of: Mapping[str, int],
    *,
    week: int,
    tallies: dict[str, Tally],
) -> None:
    """Every member is shown three offers at the end of the week, and answers as they then did."""
    truth, at = year.bought(after=week), year.end_of(week)
    active = truth.any(axis=1)
    learnt_by, plain = [], None
    for number, member in enumerate(people):
        if not active[number]:
            continue
        at += timedelta(milliseconds=100)
        slate = await _chosen(member, at=at)
        arms = [arm_of[one.item] for one in slate.decisions]
        taken = [bool(truth[number, arm]) for arm in arms]
        await _answered(slate, taken, member, at=at)
        name = {Chooser.LEARNT: "learnt", Chooser.RULE: "rule", Chooser.PLAIN: "holdout"}
        tally = tallies.setdefault(name[slate.chooser], Tally())
        tally.shown += len(taken)
        tally.taken += sum(taken)
        if slate.chooser is Chooser.PLAIN:
            plain = arms
        elif slate.chooser is Chooser.LEARNT:
            learnt_by.append(number)
    assert plain is not None, "somebody is held out"
    same = tallies.setdefault("plain_same", Tally())
    same.shown += len(learnt_by) * len(plain)
    same.taken += int(truth[np.ix_(learnt_by, plain)].sum())


async def _chosen(member: Member, *, at: datetime) -> Slate:
    """As the API has it: read, ask outside of any transaction, choose and write."""
    async with db.reading() as tx:
        plan = await decisions.plan(member, placement=Placement.HOME, count=SHOWN, at=at, tx=tx)
    answer = None
    if plan.question is not None:
        answer = await recommending.ask(plan.question, timeout_s=TIMEOUT_S)
        assert answer is not None, "the process answers"
    async with db.transaction() as tx:
        return await decisions.decide(plan, answer=answer, at=at, tx=tx)


async def _answered(slate: Slate, taken: Sequence[bool], member: Member, *, at: datetime) -> None:
    async with db.transaction() as tx:
        ids = [one.id for one in slate.decisions]
        await decisions.seen(ids, member=member, at=at, tx=tx)
        for one, yes in zip(slate.decisions, taken, strict=True):
            if yes:
                await decisions.respond(one.id, Response.ACCEPT, member=member, at=at, tx=tx)


def _told(tallies: Mapping[str, Tally]) -> str:
    return ", ".join(f"{name} {one.rate:.3f} of {one.shown}" for name, one in tallies.items())
