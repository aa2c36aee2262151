"""Bench of the off-policy estimators: the figure that the Open Bandit data set is known by.

    python -m bench.recommender --part off-policy

Its README asks what Bernoulli Thompson sampling would have earned on the fashion shop ZOZOTOWN,
from a log of uniformly random choices (Saito, Aihara, Matsutani and Narita, NeurIPS 2021), and
answers 1.198126 times as much. The data comes in the wheel of its package, which is read as the
archive it is: nothing of it is installed or run.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.csv as csv

from recommender.off_policy import Estimate, Logged, ipw, snipw

WHEELS = Path(__file__).parent.parent / ".bench"
KNOWN = 1.198126
# Of the replication of the production policy in the README.
DRAWS, SEED = 100_000, 12_345
PLACES = 3
CAMPAIGN = "all"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the shop showed, one row each; shapes (n,). Positions are 0 to 2."""

    item: np.ndarray
    position: np.ndarray
    click: np.ndarray
    propensity: np.ndarray


def measure() -> Mapping[str, float]:
    """The ratio by IPW, how far it is from the published one, and the interval of each."""
    with zipfile.ZipFile(_wheel()) as wheel:
        shown = _shown(wheel, policy="random")
        truth = float(_shown(wheel, policy="bts").click.mean())
        chances = _replicated(*_prior(wheel))
    logged = Logged.of(
        reward=shown.click,
        propensity=shown.propensity,
        probability=chances[shown.item, shown.position],
    )
    base = float(shown.click.mean())
    by_ipw, by_snipw = ipw(logged), snipw(logged)
    ratio = by_ipw.value / base
    print(f"uniform {base:.6f} a round, Thompson sampling was later seen to earn {truth:.6f}")
    for name, found in (("IPW", by_ipw), ("SNIPW", by_snipw)):
        print(f"{name:>6} " + _told(found, base))
    return {
        "open_bandit_ratio": round(ratio, 6),
        "open_bandit_off_by": abs(int(ratio * 1e6) - round(KNOWN * 1e6)) / 1e6,
        "open_bandit_snipw_ratio": by_snipw.value / base,
        "open_bandit_truth_within": float(by_snipw.low <= truth <= by_snipw.high),
    }


def _told(found: Estimate, base: float) -> str:
    interval = f"{found.low / base:.3f} to {found.high / base:.3f}"
    return f"{found.value / base:.6f} ({interval}), worth {found.effective:.0f} rounds"


def _wheel() -> Path:
    found = sorted(WHEELS.glob("obp-*.whl"))
    assert found, "make bench-recommender fetches the wheel of obp"
    return found[-1]


def _shown(wheel: zipfile.ZipFile, *, policy: str) -> Shown:
    wanted = ["item_id", "position", "click", "propensity_score"]
    with wheel.open(f"obp/dataset/obd/{policy}/{CAMPAIGN}/{CAMPAIGN}.csv") as file:
        table = csv.read_csv(file, convert_options=csv.ConvertOptions(include_columns=wanted))
    item, position, click, propensity = (table[name].to_numpy() for name in wanted)
    return Shown(item, position - position.min(), click.astype(np.float64), propensity)


def _prior(wheel: zipfile.ZipFile) -> tuple[Sequence[float], Sequence[float]]:
    """The Beta priors that the shop started with, of the campaign: one number a line."""
    lines = wheel.read("obp/policy/conf/prior_bts.yaml").decode().splitlines()
    found: dict[str, list[float]] = {"alpha": [], "beta": []}
    campaign = kind = ""
    for line in lines:
        word = line.strip().rstrip(":")
        if not line.startswith(" "):
            campaign = word
        elif line.endswith(":"):
            kind = word
        elif campaign == CAMPAIGN:
            found[kind].append(float(word.removeprefix("- ")))
    return found["alpha"], found["beta"]


def _replicated(alpha: Sequence[float], beta: Sequence[float]) -> np.ndarray:
    """How often each item is among the three best of a draw, by place; shape (items, places).

    The README draws with NumPy's old generator, one round after another: so the draws are its own.
    """
    rng = np.random.RandomState(SEED)
    counts = np.zeros((len(alpha), PLACES))
    for _ in range(DRAWS // 1_000):
        drawn = rng.beta(alpha, beta, size=(1_000, len(alpha)))
        best = drawn.argsort(axis=1)[:, ::-1][:, :PLACES]
        for place in range(PLACES):
            counts[:, place] += np.bincount(best[:, place], minlength=len(alpha))
    return counts / DRAWS
