"""Trees: what each feature adds to a judgement, read from the paths that LightGBM's trees take.

Going down a tree, each split moves the expected value; the move is owed to the feature that was
asked (Saabas, 2014). The moves and the value at the root sum to the judgement exactly. Shapley
values share more fairly between features that say the same, and take a hundred times as long,
which nobody can wait for while an answer is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Floats, Ints
from recommender.model import BadModel

# Bits of LightGBM's word for how a split decides.
DEFAULT_LEFT, MISSING, MISSING_IS_NAN = 2, 12, 8


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees, one node after the other; a leaf is its own child on both sides.

    root -- (trees,); depth -- of the deepest; feature, threshold, value -- (nodes,); child --
    (nodes, 2): left, right, as node numbers; nan_right -- (nodes,): 1 where a NaN goes right.
    """

    root: Ints
    depth: int
    feature: Ints
    threshold: NDArray[np.float64]
    child: Ints
    nan_right: NDArray[np.int8]
    value: NDArray[np.float64]

    def contributions(self, table: Floats) -> NDArray[np.float64]:
        """What each feature adds to the log-odds of each row, shape (n, F)."""
        size, width = table.shape
        flat, children = table.astype(np.float64).ravel(), self.child.ravel()
        start = np.repeat(np.arange(size) * width, len(self.root))
        node = np.tile(self.root, size)
        value = self.value[node]
        asked: list[NDArray[np.integer]] = []
        moved: list[NDArray[np.float64]] = []
        for _ in range(self.depth):
            cell = start + self.feature[node]
            found = flat[cell]
            right = np.where(np.isnan(found), self.nan_right[node], found > self.threshold[node])
            node = children[2 * node + right]
            after = self.value[node]
            asked.append(cell)
            moved.append(after - value)
            value = after
        if not asked:
            return np.zeros((size, width))
        cells, moves = np.concatenate(asked), np.concatenate(moved)
        sums: NDArray[np.float64] = np.bincount(cells, moves, size * width).astype(np.float64)
        return sums.reshape(size, width)


def read(text: str) -> Trees:
    """The trees of LightGBM's text of a model with numerical features only.

    Raises BadModel: a tree is cut short or splits by category.
    """
    parts: list[Trees] = []
    start = 0
    for block in text.split("\nTree=")[1:]:
        try:
            tree = _tree(_fields(block), start)
        except (KeyError, ValueError, IndexError) as error:
            raise BadModel(f"tree {len(parts)}: {type(error).__name__}: {error}") from error
        parts.append(tree)
        start += len(tree.feature)
    if not parts:
        raise BadModel("the ranker has no trees")

    def joined(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts])

    names = ("feature", "threshold", "child", "nan_right", "value")
    whole: Mapping[str, NDArray[np.generic]] = {name: joined(name) for name in names}
    return Trees(
        np.concatenate([part.root for part in parts]),
        max(part.depth for part in parts),
        **whole,  # type: ignore[arg-type]
    )


def _fields(block: str) -> Mapping[str, str]:
    lines = (line.partition("=") for line in block.split("\n\n")[0].splitlines()[1:])
    return {name: value for name, _, value in lines}


def _tree(said: Mapping[str, str], start: int) -> Trees:
    """One tree whose first node gets the number `start`: its splits, then its leaves."""
    leaves = _numbers(said["leaf_value"])
    splits, own = len(leaves) - 1, np.array([start], np.int32)
    if int(said["num_cat"]) or int(said["num_leaves"]) != len(leaves):
        raise ValueError("splits by category, or too few leaves")
    if not splits:
        nothing = np.zeros(1, np.int32)
        both = np.column_stack((own, own))
        return Trees(own, 0, nothing, np.zeros(1), both, nothing.astype(np.int8), leaves)
    left, right = (_numbers(said[f"{side}_child"]).astype(np.int32) for side in ("left", "right"))
    kinds = _numbers(said["decision_type"]).astype(np.int32)
    # LightGBM's children below nought are leaves: -1 is the first.
    left, right = (np.where(side < 0, splits - side - 1, side) for side in (left, right))
    own = np.arange(splits, splits + len(leaves), dtype=np.int32)
    threshold = _numbers(said["threshold"])
    # Where NaN is no case of its own it counts as nought.
    as_nought = (kinds & MISSING) != MISSING_IS_NAN
    nan_right = np.where(as_nought, threshold < 0, (kinds & DEFAULT_LEFT) == 0)
    tree = Trees(
        np.array([start], np.int32),
        _depth(left, right),
        np.append(_numbers(said["split_feature"]).astype(np.int32), np.zeros_like(own)),
        np.append(threshold, np.zeros(len(leaves))),
        (np.column_stack((np.append(left, own), np.append(right, own))) + start).astype(np.int32),
        np.append(nan_right, np.zeros(len(leaves))).astype(np.int8),
        np.append(_numbers(said["internal_value"]), leaves),
    )
    if not len(tree.feature) == len(tree.threshold) == len(tree.child) == len(tree.value):
        raise ValueError("the splits are cut short")
    return tree


def _depth(left: Ints, right: Ints) -> int:
    """Of splits from the root to the deepest leaf; a split comes after the one it hangs from."""
    depth = np.ones(len(left), np.int32)
    for node in range(len(left)):
        for child in (left[node], right[node]):
            if child < len(left):
                depth[child] = depth[node] + 1
    return int(depth.max())


def _numbers(said: str) -> NDArray[np.float64]:
    numbers: Sequence[float] = [float(one) for one in said.split()]
    return np.array(numbers, np.float64)
