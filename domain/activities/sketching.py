"""Sketch: a track in 16 numbers, alike for copies and unlike for two people side by side.

A bottom-k sketch (Broder, "On the resemblance and containment of documents", 1997) of the
squares of about a metre that the track touched. A copy, shifted in time or saved in another
format, touches the same squares; two receivers on one road differ by metres in each fix.
"""

import hashlib
import math
import struct

from domain.activities.tracks import Samples

SIZE = 16
# Copies share nearly all, strangers nearly none; half is far from both.
SHARED_MIN = 8
# Somebody's own ways are often the same: only a copy shares so many of them to the metre.
OWN_SHARED_MIN = 14
# Fewer squares than this are a place, not a track.
SQUARES_MIN = 100
SQUARES_A_DEGREE = 100_000
PLACE = struct.Struct(">ii")


def sketch(samples: Samples) -> tuple[int, ...]:
    """The SIZE smallest hashes of the squares, ascending; empty for a track that shows too few."""
    squares = {
        PLACE.pack(round(latitude * SQUARES_A_DEGREE), round(longitude * SQUARES_A_DEGREE))
        for latitude, longitude in zip(samples.latitudes, samples.longitudes, strict=True)
        if not math.isnan(latitude)
    }
    if len(squares) < SQUARES_MIN:
        return ()
    return tuple(sorted(map(_hash, squares))[:SIZE])


def _hash(square: bytes) -> int:
    # Signed, as PostgreSQL's bigint is.
    return int.from_bytes(hashlib.blake2b(square, digest_size=8).digest(), "big", signed=True)
