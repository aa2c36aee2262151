"""The recommender process over its socket: how long a question takes, what it costs, and how soon
an answer of a member changes the next one."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from bench import recommender_ground
from bench.api_places import migrated
from bench.api_serving import MIB
from bench.recommender_ground import Stand
from domain import decisions, trainings
from domain.decisions import Chooser, Placement, Response, Slate
from domain.interactions import Note, note
from domain.members import Member
from domain.offers import Offer
from domain.programmes import Programme
from domain.trainings import State, Trained
from infra import clock, db, ids, recommending, signals
from infra.recommending import Question
from recommender import storing
from recommender.scoring import Asking

TIMEOUT_S = 5.0
ANSWERED = 40
DAY = timedelta(days=1)


async def measure(folder: Path, histories: Sequence[Asking], members: int) -> dict[str, float]:
    """The figures of a model, as it was stored in `folder`, for so many members."""
    with recommender_ground.stand() as stand:
        await migrated(stand.here)
        at = clock.now()
        keys = storing.load(folder).keys
        async with (
            recommender_ground.database(stand),
            signals.connection(stand.here.environment["REDIS_URL"]),
        ):
            programme = await recommender_ground.founded(at=at)
            about = {f"Offer {number}": key for number, key in enumerate(keys)}
            live = await recommender_ground.offered(
                programme, about, at=at - 30 * DAY, until=at + 30 * DAY, margin=100
            )
            print(f"{len(live):,} offers are live", flush=True)
            people = await recommender_ground.admitted(
                programme, [f"B-{number}" for number in range(ANSWERED)], at=at
            )
            with stand.recommender() as child:
                # What the process is without a model, however many the members are.
                fixed = child.resident_mib() * MIB
            await _in_use(stand, folder, programme, members=members, at=at)
            with stand.recommender() as child:
                assert "model.loaded" in child.log.read_text(), child.log.read_text()[-2_000:]
                before = child.processor_seconds()
                async with recommending.connection(stand.url):
                    found = await _asked(programme, keys, histories, at=at)
                    spent = child.processor_seconds() - before
                    found["scale_process_ms"] = spent / len(histories) * 1e3
                    found |= await _answered(programme, people, live)
                resident = child.resident_mib() * MIB
                found["scale_bytes_per_member"] = (resident - fixed) / members
                found["scale_process_mib"] = resident / MIB
    return found


async def _in_use(
    stand: Stand, folder: Path, programme: Programme, *, members: int, at: datetime
) -> None:
    """Have the model where the process looks for it, and noted as the one in use."""
    id = ids.new(at)
    await asyncio.to_thread(shutil.copytree, folder, stand.models / str(programme.id) / str(id))
    trained = Trained(id, programme.id, State.LIVE, 0, members, 0, 0.0, at)
    async with db.transaction() as tx:
        await trainings.add(trained, at=at, tx=tx)


async def _asked(
    programme: Programme, keys: Sequence[str], histories: Sequence[Asking], *, at: datetime
) -> dict[str, float]:
    """Questions one after another, from the first byte out to the answer as values."""
    took = []
    for number, asking in enumerate(histories):
        question = Question(
            programme=programme.id,
            member=None,
            at=at.timestamp(),
            placement=Placement.HOME,
            context={"hour": 12.0, "weekday": 3.0},
            history=[
                (keys[column], float(weight), at.timestamp() - float(age) * 86_400)
                for column, weight, age in zip(
                    asking.columns, asking.weights, asking.ages_days, strict=True
                )
            ],
        )
        began = perf_counter()
        answer = await recommending.ask(question, timeout_s=TIMEOUT_S)
        took.append(perf_counter() - began)
        assert answer is not None, f"question {number} is not answered"
        assert answer.scored, f"nothing comes of question {number}"
    p50, p99 = np.quantile(took[len(took) // 10 :], [0.5, 0.99]) * 1e3
    print(f"through the socket {p50:.2f} ms, {p99:.2f} ms at the 99th", flush=True)
    return {"scale_socket_p50_ms": float(p50), "scale_socket_p99_ms": float(p99)}


async def _answered(
    programme: Programme, people: Sequence[Member], live: Sequence[Offer]
) -> dict[str, float]:
    """From a member's answer until the next choice that knows of it is in their hands.

    The first answer of a member is a refusal, and the next one must not show it; the same member
    takes what comes then, and the model's belief must have counted it.
    """
    abouts = {one.id: one.terms.about[0] for one in live}
    direct, learnt = [], []
    for number, member in enumerate(people):
        async with db.transaction() as tx:
            key = abouts[live[number].id]
            at = clock.now() - DAY
            await note([Note(member.id, key, 1.0, at, ids.new(at))], programme=programme.id, tx=tx)
        slate = await _chosen(member)
        if slate.chooser is Chooser.PLAIN:
            # Held out for good: nothing is learnt of them.
            continue
        shown = slate.decisions[0]
        began = perf_counter()
        await _respond(member, slate, Response.REFUSE)
        again = await _chosen(member)
        direct.append(perf_counter() - began)
        assert again.id != slate.id, "a choice is made anew after an answer"
        assert shown.item not in {one.item for one in again.decisions}, "what was refused is gone"
        learnt.append(await _counted(programme, member, again))
    worst, slowest = max(direct), max(learnt)
    print(f"an answer shows after {worst:.3f} s at the most, in the belief after {slowest:.3f} s")
    return {
        "scale_next_decision_s": worst,
        "scale_answer_reflected_s": max(worst, slowest),
    }


async def _counted(programme: Programme, member: Member, slate: Slate) -> float:
    """Seconds from taking the first of a slate until the process is surer of the same."""
    item = slate.decisions[0].item
    before = await _spread(programme, item)
    began = perf_counter()
    await _respond(member, slate, Response.ACCEPT)
    while await _spread(programme, item) == before:
        assert perf_counter() - began < TIMEOUT_S, "the answer never counts"
        await asyncio.sleep(0.01)
    return perf_counter() - began


async def _spread(programme: Programme, item: str) -> float:
    question = Question(
        programme.id, None, clock.now().timestamp(), Placement.HOME, among=[item], limit=1
    )
    answer = await recommending.ask(question, timeout_s=TIMEOUT_S)
    assert answer is not None
    return answer.scored[0].spread


async def _chosen(member: Member) -> Slate:
    """What the member is shown, as the API has it: read, ask, choose and write."""
    async with db.reading() as tx:
        plan = await decisions.plan(
            member, placement=Placement.HOME, count=3, at=clock.now(), tx=tx
        )
    answer = None
    if plan.question is not None:
        answer = await recommending.ask(plan.question, timeout_s=TIMEOUT_S)
        assert answer is not None, "the process answers"
    async with db.transaction() as tx:
        return await decisions.decide(plan, answer=answer, at=clock.now(), tx=tx)


async def _respond(member: Member, slate: Slate, response: Response) -> None:
    async with db.transaction() as tx:
        await decisions.respond(
            slate.decisions[0].id, response, member=member, at=clock.now(), tx=tx
        )
