"""Conceal what is of so few members that somebody could be recognised. Pure functions.

k-anonymity after Sweeney (International Journal of Uncertainty, Fuzziness and Knowledge-Based
Systems 10, 2002): whoever is in a group shown is one of at least k. What is left out must not be
told by what is shown either: so what remains of the whole is nobody, or at least k as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.members import Tally

MEMBERS_MIN = 10
GROUPS_MAX = 200
NOBODY = Tally(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """Groups that may be shown, and all others together.

    rest -- who is in none of the groups; None: it cannot be told without telling of few.
    """

    groups: Mapping[str, Tally]
    rest: Tally | None


def parted(groups: Mapping[str, Tally], *, whole: Tally, k: int = MEMBERS_MIN) -> Shown:
    """Groups of which nobody is in two.

    The small ones are put together, with who is in none; and where those are still few, the
    smallest of the others with them, until they are many or everybody. So are those beyond
    GROUPS_MAX.
    """
    shown = dict(sorted(groups.items(), key=_largest))
    rest = _less(whole, sum(shown.values(), NOBODY))
    for name, smallest in reversed([*shown.items()]):
        if len(shown) <= GROUPS_MAX and smallest.members >= k and not 0 < rest.members < k:
            break
        rest += smallest
        del shown[name]
    return Shown(shown, rest if rest.members >= k or not rest.members else None)


def overlapping(groups: Mapping[str, Tally], *, whole: Tally, k: int = MEMBERS_MIN) -> Shown:
    """Groups of which somebody may be in several: each is shown for itself, unless it is of few,
    or of all but few; the largest GROUPS_MAX of them."""
    shown = [
        (name, group)
        for name, group in sorted(groups.items(), key=_largest)
        if group.members >= k and not 0 < whole.members - group.members < k
    ]
    return Shown(dict(shown[:GROUPS_MAX]), None)


def in_steps(shown: Shown, *, points: int, k: int = MEMBERS_MIN) -> Shown:
    """The same in steps of k members, and of `points` for each of so many, rounded down.

    So whoever asks again later does not see in what has changed what one member did meanwhile, nor
    in two groups that overlap who is in only one of them.
    """
    groups = {name: _stepped(group, points, k) for name, group in shown.groups.items()}
    return Shown(groups, None if shown.rest is None else _stepped(shown.rest, points, k))


def _stepped(group: Tally, points: int, k: int) -> Tally:
    step = k * max(points, 1)
    return Tally(
        group.members - group.members % k,
        group.marked - group.marked % k,
        group.amount - group.amount % step,
    )


def _largest(group: tuple[str, Tally]) -> tuple[int, str]:
    return -group[1].members, group[0]


def _less(whole: Tally, part: Tally) -> Tally:
    return Tally(
        whole.members - part.members, whole.marked - part.marked, whole.amount - part.amount
    )
