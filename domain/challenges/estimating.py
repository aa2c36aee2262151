"""Estimate: what many will do, out of what a few did. Pure functions.

Every interval says what a new stretch would bring, not only what the average is: with few members
chance alone moves it far, and it is wide then. With nobody to look at, it is everything there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Two-sided 98.33 %: three such intervals, of how many may take part, of how many do, and of what
# those do, hold together in at least 95 % of cases (Bonferroni's inequality).
Z = 2.3940


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole number that is not known yet, between `low` and `high`.

    expected -- None: there is nothing that it could be told by.
    """

    expected: int | None
    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """True when it is known."""
        return self.low == self.expected == self.high

    def __add__(self, other: "Estimate") -> "Estimate":
        """Both together; no less sure than either."""
        known = None
        if self.expected is not None and other.expected is not None:
            known = self.expected + other.expected
        return Estimate(known, self.low + other.low, self.high + other.high)

    def times(self, each: int) -> "Estimate":
        """So much for each of them."""
        expected = None if self.expected is None else self.expected * each
        return Estimate(expected, self.low * each, self.high * each)

    def at_most(self, most: int) -> "Estimate":
        """The same where no more than `most` can be."""
        expected = None if self.expected is None else min(self.expected, most)
        return Estimate(expected, min(self.low, most), min(self.high, most))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the members of a sample came to together.

    sampled -- how many they are.
    total   -- of what they came to, each between 0 and `most`.
    """

    sampled: int
    total: int
    most: int = 1


def exactly(count: int) -> Estimate:
    """What is known."""
    return Estimate(count, count, count)


def unknown(most: int) -> Estimate:
    """Anything up to `most`."""
    return Estimate(0 if most == 0 else None, 0, most)


def among(seen: Seen, members: Estimate) -> Estimate:
    """What so many other members will come to together, when the sample's came to that.

    Wilson's score interval (Wilson, JASA 22, 1927; recommended by Brown, Cai and DasGupta,
    Statistical Science 16, 2001), of the share of the most that there could be. For values
    between 0 and `most`, as for rewards, it is no less sure than for a yes or no: none vary
    more than those with the same mean that are all or nothing (Bhatia and Davis, American
    Mathematical Monthly 107, 2000). The variance of the new members' own mean is added to the
    sample's, as in a prediction interval (Krishnamoorthy and Peng, Statistics and Probability
    Letters 81, 2011): so n is 1 / (1 / sampled + 1 / members).
    """
    if seen.sampled == 0 or seen.most == 0:
        return unknown(members.high * seen.most)
    share = seen.total / (seen.sampled * seen.most)
    low, _ = _wilson(share, n=_both(seen.sampled, members.low))
    # Of fewer members a larger share may come; of more members more in all.
    _, high = _wilson(share, n=_both(seen.sampled, members.high))
    expected = None if members.expected is None else members.expected * seen.most * share
    return Estimate(
        None if expected is None else round(expected),
        math.floor(low * members.low * seen.most),
        math.ceil(round(high * members.high * seen.most, 6)),
    )


def spread(shares: Sequence[Seen], members: Estimate) -> Estimate:
    """How many of `members` do what samples did at several earlier times.

    Times differ by more than chance, so the interval is from the lowest end to the highest, and
    what is expected is the mean of the shares; unknown without any.
    """
    told = [among(seen, members) for seen in shares]
    if not told:
        return unknown(members.high)
    known = [one.expected for one in told if one.expected is not None]
    expected = round(sum(known) / len(known)) if known else None
    return Estimate(expected, min(one.low for one in told), max(one.high for one in told))


def _both(sampled: int, members: int) -> float:
    return sampled * members / (sampled + members)


def _wilson(share: float, *, n: float) -> tuple[float, float]:
    """Where the share of a sample of `n` lies at the confidence of Z; 0 to 1 for nobody."""
    if n == 0:
        return 0.0, 1.0
    square = Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)
