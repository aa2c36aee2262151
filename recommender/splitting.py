"""Splitting: what was known, and what came after it."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Log


@dataclass(frozen=True, slots=True)
class Split:
    """The events before a moment and those to be foretold; `at` is the day between them."""

    past: Log
    later: Log
    at: float


def by_time(log: Log, horizon_days: float) -> Split:
    """The last days of the log are to be foretold; either part may be empty."""
    at = float(log.day.max(initial=0)) - horizon_days
    before = log.day <= at
    return Split(log.only(before), log.only(~before), at)


def at_random(log: Log, share: float, *, seed: int) -> Split:
    """A share of the events, drawn by lot, is to be foretold: for a log without days."""
    later = np.random.default_rng(seed).random(len(log.member)) < share
    return Split(log.only(~later), log.only(later), float(log.day.max(initial=0)))


def by_item(log: Log, share: float, *, seed: int) -> Split:
    """The same share of each item's events, drawn by lot, is to be foretold.

    The protocol that Microsoft's recommenders and our comparisons use on MovieLens.
    """
    drawn = np.random.default_rng(seed).permutation(len(log.item))
    order = drawn[np.argsort(log.item[drawn], kind="stable")]
    sizes = np.bincount(log.item, minlength=log.items)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    past = np.empty(len(order), np.bool_)
    past[order] = rank < np.round(sizes * (1 - share))[log.item[order]]
    return Split(log.only(past), log.only(~past), float(log.day.max(initial=0)))
