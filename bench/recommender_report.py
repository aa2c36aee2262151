"""The plots of the recommender's benches as a page: make report-recommender.

    python -m bench.recommender_report --folder data/report

What each way to find candidates reaches on a grocer's year, how well chances are calibrated, and
what each policy of exploration earned, round by round.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench import recommender_bandit, recommender_quality
from bench.recommender_bandit import Played, Truth
from recommender import features, fitting, judging, plotting, reporting
from recommender.arrays import Shelf
from recommender.model import Settings
from recommender.reporting import Picture
from recommender.stock import opened, stocked

# A mean over so many rounds is smooth enough to be read.
WINDOW, POINTS = 1_500, 200
NAMES = {"uniform": "at random", "counts": "Beta counts", "linear": "linear Thompson"}


def main() -> Path:
    """Measure and draw; the path of the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.recommender_report")
    parser.add_argument("--folder", type=Path, default=Path("data/report"))
    folder: Path = parser.parse_args().folder
    facts = _facts()
    truth = recommender_bandit.known()
    played = recommender_bandit.played_by(truth)
    best = truth.reward.mean(axis=0).max()
    drawn = [*reporting.pictures(facts), _earned(truth, played)]
    lines = [
        ("Data", "Complete Journey: weeks 1 to 45 are known, 46 to 53 are foretold"),
        ("Households measured", f"{facts['judged']:,}"),
        ("NDCG@10 of the pipeline", f"{facts['metrics']['pipeline']['ndcg@10']:.4f}"),
        ("Best fixed offer", f"{best:.4f} a round"),
    ]
    return reporting.write_page(folder, drawn, title="The recommender on real data", lines=lines)


def _facts() -> dict[str, Any]:
    """As Model.facts, but on weeks that the training never saw."""
    log, later = recommender_quality.journey_logs()
    settings = Settings(horizon_days=7.0 * recommender_quality.WEEKS)
    model = fitting.fit(log, settings=settings)
    return judging.judged(
        stocked(opened(model), Shelf.plain(log.items)),
        features.past(log, settings, at=float(log.day.max())),
        later,
        np.unique(later.member),
        keep_seen=True,
    )


def _earned(truth: Truth, played: Mapping[str, Played]) -> Picture:
    steps = np.linspace(WINDOW, len(truth.x), POINTS).astype(int)
    series = {
        NAMES[name]: (steps.tolist(), _lately(one.earned, steps)) for name, one in played.items()
    }
    best = int(truth.reward.mean(axis=0).argmax())
    series["best fixed offer"] = (steps.tolist(), _lately(truth.reward[:, best], steps))
    rows = [[name, f"{values[-1]:.4f}"] for name, (_, values) in series.items()]
    return Picture(
        "bandit",
        "Exploration",
        f"The share of shown offers that were taken, over the last {WINDOW:,} rounds. The best "
        "fixed offer is known only afterwards.",
        lambda axes: plotting.lines(
            axes, series, title="Taken of what was shown", x="round", y="share"
        ),
        ["policy", "at the end"],
        rows,
    )


def _lately(earned: np.ndarray, steps: np.ndarray) -> list[float]:
    sums = np.concatenate([[0.0], np.cumsum(earned)])
    found: list[float] = ((sums[steps] - sums[steps - WINDOW]) / WINDOW).tolist()
    return found


if __name__ == "__main__":
    print(main())
