"""Checking: which ladders are sound, and how one is kept."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from domain import metrics, programmes
from domain.metrics import read_filter, write_filter
from domain.tiers.errors import BadLadder
from domain.tiers.records import Basis, Downgrade, Period, Terms, Tier

TIERS_MAX = 20
LEVELS_MAX = 200
POINTS_MAX = 2**40
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
NAME_CHARACTERS_MAX = 40
MONTHS_MAX = 36
VALID_MONTHS_MAX = 60
GRACE_DAYS_MAX = 366


def check_terms(terms: Terms) -> None:
    """Refuse terms that are not sound: BadLadder, in the order of the fields; BadFilter."""
    if not 1 <= len(terms.tiers) <= TIERS_MAX:
        raise BadLadder(f"a ladder has 1 to {TIERS_MAX} tiers", "tiers")
    for place, tier in enumerate(terms.tiers):
        _check_tier(tier, str(place))
    if len({tier.key for tier in terms.tiers}) < len(terms.tiers):
        raise BadLadder("each tier has a key of its own", "tiers")
    if any(below.threshold >= above.threshold for below, above in pairwise(terms.tiers)):
        raise BadLadder("each tier takes more points than the one before", "tiers")
    metrics.check_filter(terms.qualifying, within=("qualifying",))
    if not 1 <= terms.period_months <= MONTHS_MAX:
        raise BadLadder(f"a period is 1 to {MONTHS_MAX} months", "period_months")
    if not 1 <= terms.valid_months <= VALID_MONTHS_MAX:
        raise BadLadder(f"a tier is valid for 1 to {VALID_MONTHS_MAX} months", "valid_months")
    if not 0 <= terms.grace_days <= GRACE_DAYS_MAX:
        raise BadLadder(f"the grace is 0 to {GRACE_DAYS_MAX} days", "grace_days")
    _check_levels(terms.levels)


def write_terms(terms: Terms) -> dict[str, Any]:
    """The terms as plain JSON."""
    return {
        "tiers": [[tier.key, tier.name, tier.threshold] for tier in terms.tiers],
        "basis": terms.basis,
        "qualifying": write_filter(terms.qualifying),
        "period": terms.period,
        "period_months": terms.period_months,
        "valid_months": terms.valid_months,
        "grace_days": terms.grace_days,
        "downgrade": terms.downgrade,
        "levels": list(terms.levels),
    }


def read_terms(kept: Mapping[str, Any]) -> Terms:
    """What `write_terms` made, as terms again."""
    return Terms(
        tiers=tuple(Tier(key, name, threshold) for key, name, threshold in kept["tiers"]),
        basis=Basis(kept["basis"]),
        qualifying=read_filter(kept["qualifying"]),
        period=Period(kept["period"]),
        period_months=kept["period_months"],
        valid_months=kept["valid_months"],
        grace_days=kept["grace_days"],
        downgrade=Downgrade(kept["downgrade"]),
        levels=tuple(kept["levels"]),
    )


def _check_tier(tier: Tier, place: str) -> None:
    if not KEY.fullmatch(tier.key):
        raise BadLadder("a key is 1 to 40 of a-z, 0-9 and hyphen", "tiers", place, "key")
    if programmes.plain(tier.name, longest=NAME_CHARACTERS_MAX) != tier.name or not tier.name:
        message = f"a name is plain text of 1 to {NAME_CHARACTERS_MAX} characters"
        raise BadLadder(message, "tiers", place, "name")
    if not 0 <= tier.threshold <= POINTS_MAX:
        raise BadLadder("a threshold is 0 to 2^40 points", "tiers", place, "threshold")


def _check_levels(levels: tuple[int, ...]) -> None:
    if len(levels) > LEVELS_MAX:
        raise BadLadder(f"there are {LEVELS_MAX} levels at most", "levels")
    if any(not 1 <= points <= POINTS_MAX for points in levels):
        raise BadLadder("a level takes 1 to 2^40 points", "levels")
    if any(below >= above for below, above in pairwise(levels)):
        raise BadLadder("each level takes more points than the one before", "levels")
