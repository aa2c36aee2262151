"""Own: what members do again, which for much of a loyalty programme is most of what they do."""

import numpy as np

from recommender.arrays import Floats
from recommender.histories import Histories

# Between two things done equally often the fresher wins, and a day never outweighs an occasion.
FRESH_PER_DAY = 0.003


def frequency(histories: Histories) -> Floats:
    """How often, of each pair; the fresher of two equals is larger."""
    return (histories.count - np.float32(FRESH_PER_DAY) * np.minimum(histories.last, 300)).astype(
        np.float32
    )


def due(count: Floats, last: Floats, first: Floats) -> Floats:
    """Days since the last time as a multiple of the usual days between two; NaN before there
    are two. About 1: it is time again.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = (first - last) / (count - 1)
        found: Floats = np.where(count > 1, last / np.maximum(gap, 0.5), np.nan)
    return found
