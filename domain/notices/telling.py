"""Telling: what each event is to the member whose it is. What is not in the table is told to
nobody: what members did themselves and see at once, and what is of no member."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.notices import (
    about_games,
    about_moments,
    about_offers,
    about_people,
    about_points,
    about_raffles,
    about_redemptions,
)
from domain.notices.records import Notice
from infra.outbox import Event

TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    **about_points.TOLD,
    **about_games.TOLD,
    **about_people.TOLD,
    **about_moments.TOLD,
    **about_offers.TOLD,
    **about_redemptions.TOLD,
    **about_raffles.TOLD,
}


def notice(event: Event) -> Notice | None:
    """What the event is to its subject; None: nothing to be told."""
    return TOLD[type(event)](event)
