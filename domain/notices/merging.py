"""Merging: of what happened to a member at the same time, one thing disturbs. Pure.

One run can earn points, complete a challenge, give a badge, lengthen a streak and lift a level. All
of it is in the inbox; of what is told in one go only the most important is pushed. What points
earned comes first, on its own, and disturbs nobody (it is passive); what it completed follows some
milliseconds later, is about the same activity, and so takes its place on the screen.
"""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from domain.notices.records import Notice

K = TypeVar("K", bound=Hashable)


def pushed(told: Sequence[tuple[K, Notice]]) -> frozenset[int]:
    """The places of those that are pushed, of what is told together.

    told -- whom, and what, in the order it happened; only what a push could tell of in time.
    Each that moves points by somebody's hand is told by itself, and so is an offer.
    """
    best: dict[K, int] = {}
    alone = set()
    for place, (member, notice) in enumerate(told):
        if notice.kind is None:
            continue
        if not notice.joins:
            alone.add(place)
        elif member not in best or notice.rank >= told[best[member]][1].rank:
            best[member] = place
    return frozenset({*alone, *best.values()})
