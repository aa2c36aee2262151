"""Answering: a question to the models of one programme, in about a millisecond and by itself.

Nothing of a member is kept: their vector is computed from the history that the question brings,
so what they answered a moment ago counts, and whoever withdraws is forgotten already.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from domain import offers
from infra.errors import Refused
from infra.recommending import Question
from recommender import scoring
from recommender.arrays import Shelf
from recommender.bandit import Posterior
from recommender.scoring import SOURCES, Asking, Ready, Scores, Stock
from recommender.storing import Stored

DAY_S = 86_400.0
DISTANCE = "distance_m:"


class NoModel(Refused):
    """No model of this programme is in use, or it cannot be loaded."""

    code = "NO_MODEL"


@dataclass(frozen=True, slots=True)
class Known:
    """A model as it answers. columns -- of each item by its key."""

    version: str
    ready: Ready
    keys: Sequence[str]
    columns: Mapping[str, int]

    @classmethod
    def of(cls, version: UUID, stored: Stored) -> "Known":
        """Read what is read once."""
        columns = {key: column for column, key in enumerate(stored.keys)}
        return cls(str(version), scoring.opened(stored.model), stored.keys, columns)

    def of_keys(self, keys: Sequence[str]) -> list[int]:
        """The column of each item, -1 where the model has never seen it."""
        return [self.columns.get(key, -1) for key in keys]


@dataclass(frozen=True, slots=True)
class Laid:
    """The candidates of one shelf, one a row.

    rows -- of each candidate by its key; begins, ends -- seconds since 1970; placed -- by
    placement, which rows may be shown there; about -- columns of what each is about.
    """

    version: int
    keys: Sequence[str]
    rows: Mapping[str, int]
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]
    placed: Mapping[str, NDArray[np.bool_]]
    about: Sequence[Sequence[int]]
    stock: Stock

    @classmethod
    def of(cls, known: Known, shelf: offers.Shelf, *, at: float) -> "Laid":
        """The live offers as the model sees them."""
        keys = [f"offer:{entry.offer}" for entry in shelf.entries]
        ages = [(at - entry.created_at.timestamp()) / DAY_S for entry in shelf.entries]
        about = [known.of_keys(entry.about) for entry in shelf.entries]
        candidates = Shelf.of(known.of_keys(keys), about, ages)
        return cls(
            shelf.version,
            keys,
            {key: row for row, key in enumerate(keys)},
            np.array([entry.valid_from.timestamp() for entry in shelf.entries]),
            np.array([entry.valid_until.timestamp() for entry in shelf.entries]),
            {
                placement.value: np.array(
                    [placement in entry.placements for entry in shelf.entries], np.bool_
                )
                for placement in offers.Placement
            },
            about,
            scoring.stocked(known.ready, candidates),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """All that answers for one programme, replaced as a whole."""

    known: Known
    laid: Laid
    belief: Posterior | None


def answer(question: Question, table: Table) -> dict[str, Any]:
    """What the models say, ready to be sent, as infra.recommending reads it.

    Items of `among` that are on no shelf are judged by what they are about. Nothing to choose
    from is an empty answer.
    """
    stock, keys, rows, among = _candidates(question, table)
    asking = _asking(question, table.known, rows)
    scores = scoring.score(stock, asking, belief=table.belief, among=among, limit=question.limit)
    return {
        "model": table.known.version,
        "warm": scores.warm,
        "scored": _told(scores, keys, table.known.keys),
        "features": b64encode(scores.features.astype("<f4").tobytes()).decode(),
    }


def _candidates(
    question: Question, table: Table
) -> tuple[Stock, Sequence[str], Mapping[str, int], NDArray[np.int32] | None]:
    """What is chosen from, the key of each row, the row of each key, and the rows meant."""
    laid, among = table.laid, question.among
    if among is None:
        here = (laid.begins <= question.at) & (question.at < laid.ends)
        placed = laid.placed.get(question.placement)
        here = here & placed if placed is not None else np.zeros_like(here)
        # Nothing is left out of all of them, which is quicker.
        rows = None if here.all() else np.flatnonzero(here).astype(np.int32)
        return laid.stock, laid.keys, laid.rows, rows
    keys = list(dict.fromkeys(among))
    if all(key in laid.rows for key in keys):
        among_rows = np.array([laid.rows[key] for key in keys], np.int32)
        return laid.stock, laid.keys, laid.rows, among_rows
    known = table.known
    about = [
        laid.about[laid.rows[key]]
        if key in laid.rows
        else known.of_keys(question.about.get(key, ()))
        for key in keys
    ]
    stock = scoring.stocked(known.ready, Shelf.of(known.of_keys(keys), about))
    return stock, keys, {key: row for row, key in enumerate(keys)}, None


def _asking(question: Question, known: Known, rows: Mapping[str, int]) -> Asking:
    """The member of the question in the words of the maths; what no model knows is left out."""
    done = [
        (known.columns[item], weight, max(0.0, question.at - at) / DAY_S)
        for item, weight, at in question.history
        if item in known.columns
    ]
    columns, weights, ages = zip(*done, strict=True) if done else ((), (), ())
    now = known.columns.get(f"activity:{question.context.get('activity')}")
    return Asking(
        np.array(columns, np.int32),
        np.array(weights, np.float32),
        np.array(ages, np.float32),
        profile=question.profile,
        now=None if now is None else np.array([now], np.int32),
        distance_m=_distances(question.context, rows),
        refused={rows[key]: n for key, n in question.refused.items() if key in rows},
        refused_items={
            known.columns[key]: n for key, n in question.refused.items() if key in known.columns
        },
    )


def _distances(
    context: Mapping[str, float | str], rows: Mapping[str, int]
) -> NDArray[np.float32] | None:
    """How far away each candidate is, where that was said."""
    said = {
        rows[key]: metres
        for name, metres in context.items()
        if (key := name.removeprefix(DISTANCE)) != name
        and key in rows
        and isinstance(metres, float)
    }
    if not said:
        return None
    distances = np.full(len(rows), np.nan, np.float32)
    distances[list(said)] = list(said.values())
    return distances


def _told(scores: Scores, keys: Sequence[str], items: Sequence[str]) -> list[list[Any]]:
    """Each candidate but for its features."""
    rows, likes = scores.rows.tolist(), scores.like.tolist()
    chances, spreads = scores.p.tolist(), scores.spread.tolist()
    sources = scores.source.tolist()
    return [
        [
            keys[row],
            chances[place],
            spreads[place],
            scores.reasons[place] if place < len(scores.reasons) else (),
            SOURCES[sources[place]],
            items[likes[place]] if likes[place] >= 0 else None,
        ]
        for place, row in enumerate(rows)
    ]
