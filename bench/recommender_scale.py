"""Bench of the recommender's size: a million members and ten thousand offers.

    python -m bench.recommender --part scale

Training is compared with `implicit` alone on the same data. A decision is scored as the
recommender process does it: vector, candidates, ranker, spread and reasons, from a history that
it sees for the first time; beside it, in turn, `implicit` recommends from factors that it has
ready. Then the same through the process itself, over its socket.
"""

import asyncio
import gc
import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import uvloop
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from bench import recommender_socket, recommender_world
from recommender import als, bandit, scoring, storing
from recommender.arrays import Log, Shelf, one_thread
from recommender.bandit import Posterior, Prior, Sums
from recommender.fitting import fit
from recommender.model import Model, Settings
from recommender.scoring import Asking, P, Stock
from recommender.storing import Stored

ASKED = 2_000
ROUNDS = 3
# Of ALS: a round more costs all the same, and half of the usual ones bring nearly all of it.
COMPARED, ITERATIONS = 3, 10
# A week's answers: about as much as the belief knows of anything.
ANSWERS = 2_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large the made-up programme is, and how many decisions are asked for."""

    members: int
    items: int
    each: int
    asked: int


WHOLE = Size(1_000_000, 10_000, 12, ASKED)
QUICK = Size(20_000, 1_000, 12, 300)


def measure(*, quick: bool = False) -> Mapping[str, float]:
    """Training, decisions in the process and through the socket, memory."""
    size = QUICK if quick else WHOLE
    began = perf_counter()
    log = recommender_world.log(size.members, size.items, each=size.each)
    print(f"{len(log.member):,} interactions made in {perf_counter() - began:.0f} s", flush=True)
    seen = csr_matrix((log.weight, (log.member, log.item)), (log.members, log.items))
    found, rival = _trained(seen)
    model, whole = _fitted(log)
    found |= whole
    with TemporaryDirectory(prefix="laurel-scale-") as name, one_thread():
        folder = Path(name) / "model"
        keys = [f"product:{number}" for number in range(log.items)]
        storing.save(folder, Stored(model, keys))
        mapped = storing.load(folder).model
        histories = _histories(log, size)
        found |= _decided(mapped, seen, rival, histories)
        found |= _new_member(mapped, histories)
        del model, mapped, rival, seen, log
        gc.collect()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found |= runner.run(recommender_socket.measure(folder, histories, size.members))
    return found


def _trained(seen: csr_matrix) -> tuple[dict[str, float], AlternatingLeastSquares]:
    """Our vectors of items against `implicit` alone, by turns: processor time over both cores."""
    settings = Settings(iterations=COMPARED)
    confidences = seen.copy()
    confidences.data = als.confidence(seen.data, settings.alpha)
    theirs: list[float] = []
    ours: list[float] = []
    rival = _rival(settings)
    for number in range(2 * ROUNDS):
        began = process_time()
        if number % 2:
            als.fit(confidences, settings)
            ours.append(process_time() - began)
        else:
            with one_thread():
                rival.fit(confidences, show_progress=False)
            theirs.append(process_time() - began)
    ratio = float(np.median(ours) / np.median(theirs))
    print(
        f"vectors: ours {np.median(ours):.1f} s, implicit {np.median(theirs):.1f} s of processor "
        f"for {settings.iterations} rounds",
        flush=True,
    )
    return {"scale_training_vs_implicit": ratio}, rival


def _rival(settings: Settings) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        iterations=settings.iterations,
        random_state=settings.seed,
        num_threads=0,
    )


def _fitted(log: Log) -> tuple[Model, dict[str, float]]:
    """All of a training: vectors twice, neighbours, the ranker, and what it is measured by."""
    began = perf_counter()
    shown = [""]

    def told(what: str, share: float) -> None:
        if what != shown[0]:
            shown[0] = what
            print(f"{perf_counter() - began:6.0f} s  {what}", flush=True)

    model = fit(log, settings=Settings(iterations=ITERATIONS), progress=told)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return model, {
        "scale_interactions": float(len(log.member)),
        "scale_training_s": perf_counter() - began,
        "scale_training_peak_mib": peak_mib,
        "scale_ndcg_at_10": model.facts["metrics"]["pipeline"]["ndcg@10"],
    }


def _histories(log: Log, size: Size) -> list[Asking]:
    """What the members who ask did: columns, weights and ages in days."""
    order = np.argsort(log.member, kind="stable")
    ends = np.cumsum(np.bincount(log.member, minlength=log.members))
    drawn = np.random.default_rng(3).choice(log.members, size.asked, replace=False)
    found = []
    for member in drawn:
        rows = order[ends[member - 1] if member else 0 : ends[member]]
        ages = recommender_world.DAYS - log.day[rows]
        found.append(Asking(log.item[rows], log.weight[rows], ages.astype(np.float32)))
    return found


def _decided(
    model: Model, seen: csr_matrix, rival: AlternatingLeastSquares, histories: list[Asking]
) -> dict[str, float]:
    """A decision of ours and a recommendation of theirs, by turns, for the same members."""
    stock = scoring.stocked(scoring.opened(model), Shelf.plain(model.items))
    belief = _belief(stock, histories)
    drawn = np.random.default_rng(3).choice(seen.shape[0], len(histories), replace=False)
    ours, theirs = [], []
    for asking, member in zip(histories, drawn, strict=True):
        ours.append(_timed(lambda a=asking: scoring.score(stock, a, belief=belief)))
        theirs.append(_timed(lambda m=member: rival.recommend(m, seen[m], N=10)))
    # The first ones fault the pages of the mapped files in.
    warm = slice(len(ours) // 10, None)
    p50, p99 = np.quantile(ours[warm], [0.5, 0.99]) * 1e3
    bare = float(np.median(theirs[warm])) * 1e3
    print(
        f"decide {p50:.2f} ms, {p99:.2f} ms at the 99th; implicit alone {bare:.3f} ms", flush=True
    )
    return {
        "scale_decide_p50_ms": float(p50),
        "scale_decide_p99_ms": float(p99),
        "scale_implicit_p50_ms": bare,
        "scale_vs_implicit": float(p50) / bare,
    }


def _belief(stock: Stock, histories: list[Asking]) -> Posterior:
    """As after some thousand answers."""
    rng, sums = np.random.default_rng(4), Sums.none()
    for number in range(ANSWERS):
        shown = scoring.score(stock, histories[number % 100], limit=1, explained=0)
        if number >= 100:
            sums = sums.answered(shown.features[0], float(rng.random() < shown.p[0]))
    return bandit.posterior(sums, Prior.trusting(P))


def _new_member(model: Model, histories: list[Asking]) -> dict[str, float]:
    """The vector of somebody whom the training never saw, exactly, from what they did."""
    took = []
    for asking in histories:
        confidences = als.confidence(asking.weights, model.settings.alpha)
        took.append(
            _timed(
                lambda a=asking, c=confidences: als.vector(model.factors, model.gram, a.columns, c)
            )
        )
    return {"scale_new_member_ms": float(np.median(took[len(took) // 10 :])) * 1e3}


def _timed(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return perf_counter() - began
