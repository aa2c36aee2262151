"""Bench of the recommender: is it right, is it good, is it fast?

    python -m bench.recommender                 all parts: about half an hour
    python -m bench.recommender --part bandit   one of them; may be said several times
    python -m bench.recommender --quick         the parts that are made smaller, as a smoke run

quality     -- rankings on MovieLens-100k and Complete Journey by their known protocols
bandit      -- exploration on real purchases where every answer is known
off-policy  -- the estimators against the published figure of the Open Bandit data set
scale       -- a million members and ten thousand offers: latency, memory, training
replay      -- Complete Journey through the product itself: learnt choices against plain ones

Each figure that has a target is printed beside it. The last line is one JSON object.
"""

import argparse
import importlib
import inspect
import json
import warnings
from collections.abc import Mapping
from typing import Any

PARTS = ("quality", "bandit", "off-policy", "scale", "replay")
# Whether the figure must be at least or at most so much.
TARGETS: Mapping[str, tuple[str, float]] = {
    "movielens_ndcg_at_10": ("at least", 0.485),
    "journey_ndcg_at_10": ("at least", 0.500),
    "journey_vs_own_frequency": ("at least", 1.04),
    "bandit_vs_best_fixed": ("at least", 1.35),
    "open_bandit_off_by": ("at most", 0.0),
    "scale_decide_p50_ms": ("at most", 2.0),
    "scale_decide_p99_ms": ("at most", 15.0),
    "scale_vs_implicit": ("at most", 20.0),
    "scale_answer_reflected_s": ("at most", 1.0),
    "scale_new_member_ms": ("at most", 1.0),
    "scale_bytes_per_member": ("at most", 700.0),
    "scale_training_vs_implicit": ("at most", 1.15),
    "replay_learnt_vs_plain": ("at least", 1.0),
}


def main() -> Mapping[str, Any]:
    """Run the parts that were asked for; the figures by name."""
    given = _options()
    found: dict[str, Any] = {}
    for part in given.part or PARTS:
        print(f"measuring {part} ...", flush=True)
        measure = importlib.import_module(f"bench.recommender_{part.replace('-', '_')}").measure
        smaller = {"quick": True} if given.quick and _can_be_quick(measure) else {}
        found |= measure(**smaller)
    _compared(found)
    return found


def _can_be_quick(measure: object) -> bool:
    return callable(measure) and "quick" in inspect.signature(measure).parameters


def _compared(found: Mapping[str, Any]) -> None:
    print(f"\n{'figure':<32}{'reached':>12}   target")
    for name, (side, target) in TARGETS.items():
        if name in found:
            reached = found[name]
            kept = reached >= target if side == "at least" else reached <= target
            missed = "" if kept else "   MISSED"
            print(f"{name:<32}{reached:>12.4f}   {side} {target:g}{missed}")


def _rounded(value: Any) -> Any:
    """Numbers as far as they say anything; what a part says in words stays as it is."""
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return value if isinstance(value, str) else round(float(value), 6)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.recommender", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--part", choices=PARTS, action="append", help="all when none is named")
    parser.add_argument("--quick", action="store_true", help="smaller data, shorter runs")
    return parser.parse_args()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    result = main()
    print(json.dumps(_rounded(result)))
