"""Model: all that a training leaves behind, as named arrays and texts, and nothing that runs.

Of members it keeps nothing: a member's vector is computed from their own history whenever it is
asked for, so a new member and a new answer count at once and forgetting somebody needs no work.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import orjson

from recommender.arrays import Floats, Ints
from recommender.errors import Unusable

FORMAT = 1
# What a ranker is told of a pair, in this order; one taught with others is of no use here.
NAMES = (
    "count", "weight", "since", "gap", "due", "rate", "share", "lately", "lately_share", "als",
    "near", "als_z", "near_share", "popular", "recent", "trend", "repeats", "item_gap",
    "item_due", "occasions", "lately_occasions", "idle", "items", "group_count", "group_since",
    "group_share",
)  # fmt: skip


class BadModel(Unusable):
    """The arrays are of another format, are missing, or do not fit together."""

    code = "BAD_MODEL"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is fitted; the defaults are what the measurements in docs/recommender.md used.

    factors, regularization, alpha, iterations -- of ALS: the confidence in an interaction of
    weight w is 1 + alpha log2(1 + w). half_life_days -- of a weight; nought: it never fades.
    neighbours, walk, pull -- of RP3beta: kept of each item, alpha and beta of its paper.
    horizon_days -- the ranker learns the chance of an interaction within so many days.
    recent_days -- what counts as lately. taught_members_max, ranked_rows_max -- of how many
    members and with how many pairs the ranker is taught; the retrievers learn from everybody.
    by_* -- candidates that each retriever may bring. keep_seen -- members may take
    again what they had. random_split -- True: what is to be
    predicted is a random fifth of the log instead of its last days; None: when it has no days.
    """

    factors: int = 64
    regularization: float = 30.0
    alpha: float = 2.0
    iterations: int = 20
    half_life_days: float = 180.0
    neighbours: int = 100
    walk: float = 0.8
    pull: float = 0.6
    horizon_days: float = 28.0
    recent_days: float = 56.0
    taught_members_max: int = 200_000
    ranked_rows_max: int = 1_500_000
    trees: int = 100
    leaves: int = 31
    deep: int = 8
    learning_rate: float = 0.1
    leaf_min: int = 100
    by_own: int = 120
    by_als: int = 100
    by_neighbours: int = 60
    by_popularity: int = 50
    keep_seen: bool = True
    random_split: bool | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model: arrays over items, small arrays, texts.

    factors -- (items, f), the ALS vectors of items; gram -- (f, f), their products plus the
    regularization; average -- (f,), the mean vector of the members; near_indptr, near_columns,
    near_weights -- CSR (items, items), RP3beta's neighbours; popular, recent -- (items,), the
    share of active members who had it ever and lately; repeats -- (items,), the share of its
    members who came back to it; gaps -- (items,), days between two times, NaN when nobody came
    back; groups -- (items,); cold -- (names, f), profile to vector; calibration -- (2,), shift
    and slope of the logit of p, from answers to offers.
    cold_names -- of the rows of `cold`; ranker -- LightGBM's text, None: too little to learn
    from, the score is a formula; settings; facts -- what was measured, for people and the gate.
    """

    factors: Floats
    gram: Floats
    average: Floats
    near_indptr: Ints
    near_columns: Ints
    near_weights: Floats
    popular: Floats
    recent: Floats
    repeats: Floats
    gaps: Floats
    groups: Ints
    cold: Floats
    calibration: Floats
    cold_names: tuple[str, ...]
    ranker: str | None
    settings: Settings
    facts: Mapping[str, Any]

    @property
    def items(self) -> int:
        """How many columns it knows."""
        return len(self.factors)

    @property
    def grouped(self) -> bool:
        """Whether its items have groups."""
        return bool(self.groups.any())

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The arrays by name, to be kept as they are."""
        return {name: getattr(self, name) for name in ARRAYS}

    def texts(self) -> dict[str, str]:
        """The rest by name, as text."""
        said = {"names": self.cold_names, "settings": asdict(self.settings), "facts": self.facts}
        head = orjson.dumps({"format": FORMAT, **said}, option=orjson.OPT_SERIALIZE_NUMPY)
        return {"model": head.decode(), "ranker": self.ranker or ""}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray[Any, Any]], texts: Mapping[str, str]) -> "Model":
        """The model whose arrays and texts these are; the arrays are used as they are, mapped
        from files or not.

        Raises BadModel: another format, something is missing, or shapes that do not fit.
        """
        try:
            said = orjson.loads(texts["model"])
            if said["format"] != FORMAT:
                raise BadModel(f"format {said['format']}, not {FORMAT}")
            found = cls(
                **{name: arrays[name] for name in ARRAYS},
                cold_names=tuple(said["names"]),
                ranker=texts["ranker"] or None,
                settings=Settings(**said["settings"]),
                facts=said["facts"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel(f"{type(error).__name__}: {error}") from error
        found._check()
        return found

    def _check(self) -> None:
        items, factors = self.factors.shape if self.factors.ndim == 2 else (-1, -1)
        shapes = {
            "gram": (factors, factors),
            "average": (factors,),
            "near_indptr": (items + 1,),
            **{name: (items,) for name in ("popular", "recent", "repeats", "gaps", "groups")},
            "cold": (len(self.cold_names), factors),
            "calibration": (2,),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise BadModel(f"{name} is {getattr(self, name).shape}, not {shape}")
        links = int(self.near_indptr[-1])
        if links != len(self.near_columns) or links != len(self.near_weights):
            raise BadModel("the neighbours do not fit their index")


ARRAYS = tuple(one.name for one in fields(Model))[:13]
