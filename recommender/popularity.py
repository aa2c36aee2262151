"""Popularity: what is known of items whoever asks: how many had them, lately, and came back."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats
from recommender.histories import Histories

# A share from few members is pulled towards the share of all: as if so many more had been seen.
PULL = 10.0


@dataclass(frozen=True, slots=True)
class Popularity:
    """All of shape (items,).

    popular, recent -- the share of active members who had it ever and lately; repeats -- the
    share of those who came back to it; gaps -- days between two times, NaN when nobody came back.
    """

    popular: Floats
    recent: Floats
    repeats: Floats
    gaps: Floats


def counted(histories: Histories) -> Popularity:
    """Of each item, from all histories."""
    items, item = histories.items, histories.item
    active = max(int((histories.occasions > 0).sum()), 1)
    lately = max(int((histories.lately_occasions > 0).sum()), 1)
    had = np.bincount(item, minlength=items)
    again = histories.count > 1
    came_back = np.bincount(item[again], minlength=items)
    overall = came_back.sum() / max(had.sum(), 1)
    spans = (histories.first - histories.last) / np.maximum(histories.count - 1, 1)
    days = np.bincount(item[again], spans[again], minlength=items)
    with np.errstate(invalid="ignore"):
        gaps = np.where(came_back > 0, days / np.maximum(came_back, 1), np.nan)
    return Popularity(
        (had / active).astype(np.float32),
        (np.bincount(item[histories.lately > 0], minlength=items) / lately).astype(np.float32),
        ((came_back + PULL * overall) / (had + PULL)).astype(np.float32),
        gaps.astype(np.float32),
    )
