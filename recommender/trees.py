"""Trees: what each leaf of LightGBM's trees says, and which features are owed it.

Going down a tree, each split moves the expected value; the move is owed to the feature that was
asked (Saabas, 2014). The moves and the value at the root sum to the judgement exactly. All of it
is known when the text is read, so of an answer only the leaves are looked up. Shapley values share
more fairly between features that say the same, and take a hundred times as long, which nobody can
wait for while an answer is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.model import NAMES, BadModel

Values = NDArray[np.float64]
Numbers = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Trees:
    """The leaves of all trees, one after the other.

    first -- (trees,), the number of each tree's first leaf; root -- what the roots sum to; value
    -- (leaves,), log-odds; moved -- (leaves, F), what each feature moved on the way there.
    """

    first: NDArray[np.int64]
    root: float
    value: Values
    moved: Values

    def log_odds(self, leaves: Numbers) -> Values:
        """The judgement of each row, (n,), from the leaf it comes to in each tree, (n, trees)."""
        said: Values = self.value[leaves + self.first].sum(axis=1)
        return said

    def contributions(self, leaves: Numbers) -> Values:
        """What each feature adds to that, (n, F)."""
        added: Values = self.moved[leaves + self.first].sum(axis=1)
        return added


def read(text: str) -> Trees:
    """The trees of LightGBM's text of a model with numerical features only.

    Raises BadModel: a tree is cut short or splits by category.
    """
    parts = []
    for block in text.split("\nTree=")[1:]:
        try:
            parts.append(_tree(_fields(block)))
        except (KeyError, ValueError, IndexError) as error:
            raise BadModel(f"tree {len(parts)}: {type(error).__name__}: {error}") from error
    if not parts:
        raise BadModel("the ranker has no trees")
    sizes = [len(value) for _, value, _ in parts]
    return Trees(
        np.cumsum([0, *sizes[:-1]]),
        sum(root for root, _, _ in parts),
        np.concatenate([value for _, value, _ in parts]),
        np.concatenate([moved for _, _, moved in parts]),
    )


def _fields(block: str) -> Mapping[str, str]:
    lines = (line.partition("=") for line in block.split("\n\n")[0].splitlines()[1:])
    return {name: value for name, _, value in lines}


def _tree(said: Mapping[str, str]) -> tuple[float, Values, Values]:
    """The value at the root, and of each leaf its value and the moves that lead there."""
    leaves = np.array(_numbers(said["leaf_value"]))
    moved = np.zeros((len(leaves), len(NAMES)))
    if int(said["num_cat"]) or int(said["num_leaves"]) != len(leaves):
        raise ValueError("splits by category, or too few leaves")
    if len(leaves) == 1:
        return float(leaves[0]), leaves, moved
    features = [int(number) for number in said["split_feature"].split()]
    values = _numbers(said["internal_value"])
    sides = [
        [int(number) for number in said[f"{side}_child"].split()] for side in ("left", "right")
    ]
    if not len(features) == len(values) == len(sides[0]) == len(sides[1]) == len(leaves) - 1:
        raise ValueError("the splits are cut short")
    # A split comes after the one it hangs from, so the moves to it are known when it is met.
    ways = np.zeros((len(values), len(NAMES)))
    for split, (feature, *children) in enumerate(zip(features, *sides, strict=True)):
        for child in children:
            # LightGBM's children below nought are leaves: -1 is the first.
            way, after = (
                (ways[child], values[child]) if child >= 0 else (moved[~child], leaves[~child])
            )
            way[:] = ways[split]
            way[feature] += after - values[split]
    return values[0], leaves, moved


def _numbers(said: str) -> Sequence[float]:
    return [float(one) for one in said.split()]
