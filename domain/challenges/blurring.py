"""Blur: what a preview may tell of the past without telling of any one member. Pure functions.

Whoever previews chooses whom and what is looked at, and may ask again with one thing changed. So
what fewer than k members did is not looked at at all, and what more did is told in steps that no
one member's part is larger than: whether somebody is among them hardly ever shows, as in the
controlled rounding of tables (Willenborg and de Waal, Elements of Statistical Disclosure Control,
2001, chapter 5).
"""

from dataclasses import replace

from domain.challenges.estimating import Estimate, Seen, exactly
from domain.challenges.rehearsing import Rehearsal


def counted(count: int, *, k: int) -> Estimate:
    """How many there are, to within k; of fewer than that no more is told."""
    if k == 1:
        return exactly(count)
    low = count - count % k
    return Estimate(low + k // 2 if low else None, low, low + k - 1)


def seen(what: Seen, *, k: int) -> Seen | None:
    """What so many did, in steps of k members; None: it is of too few to be told."""
    if what.sampled < k:
        return None
    sampled = what.sampled - what.sampled % k
    most = sampled * what.most
    return replace(what, sampled=sampled, total=min(_rounded(what.total, k * what.most), most))


def rehearsed(what: Rehearsal, *, often: int, most: int, k: int) -> Rehearsal:
    """What a sample did, in steps; of a sample that is small, or of which few did anything,
    nothing.

    often -- how often one member can complete it; most -- the points one can get for milestones.
    """
    if k == 1:
        return what
    if min(what.sampled, what.active) < k:
        nothing = (0,) * len(what.sums)
        return Rehearsal(0, 0, 0, 0, nothing, nothing, nothing)
    sampled = what.sampled - what.sampled % k
    steps = [1 << max(largest - 1, 0).bit_length() for largest in what.largest]
    return replace(
        what,
        sampled=sampled,
        active=min(_rounded(what.active, k), sampled),
        completions=min(_rounded(what.completions, k * often), sampled * often),
        milestones=min(_rounded(what.milestones, k * most), sampled * most),
        sums=tuple(map(_rounded, what.sums, steps)),
        squares=tuple(
            _rounded(square, step * step) for square, step in zip(what.squares, steps, strict=True)
        ),
    )


def _rounded(number: int, step: int) -> int:
    return (2 * number + step) // (2 * step) * step if step else number
