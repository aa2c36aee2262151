"""For whom an offer is: the rule as whoever writes offers says it, and as it is shown again."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import strawberry

from api import globalids
from api.fields import input, said
from api.globalids import Kind
from api.scalars import Json
from api.states import ActivityType
from domain import offers
from domain.offers import BadRule, Rule

NOBODY = UUID(int=0)


@input
class OfferAgeInput:
    """How old; at least one of both."""

    min: int | None = said("So many years at least; null: any.", default=None)
    max: int | None = said("So many years at most; null: any.", default=None)


@input
class OfferMemberSinceInput:
    """How long a member."""

    days: int = said("So many days at least.")


@input
class OfferActivityInput:
    """What the member did lately."""

    types: list[ActivityType] | None = said("Of one of these types; null: any.", default=None)
    times: int = said("So often at least.", default=1)
    days: int = said("In so many of the member's days, today among them; 1 to 90.")


@input
class OfferPlaceInput:
    """Where the member is, or was active in the last 30 days; only of those who agree to the
    purpose "place"."""

    cells: list[str] | None = said(
        "Cells of the H3 grid, of resolution 5 to 8, in hexadecimal.", default=None
    )
    outlet_ids: list[strawberry.ID] | None = said("Near one of these outlets.", default=None)
    within_m: int = said("How far around an outlet, in metres, 100 to 2,000.", default=1_000)


@input
class OfferTimeInput:
    """When, by the member's own clock."""

    weekdays: list[int] | None = said("On these, 1 is Monday; null: any.", default=None)
    from_minute: int = said("From this minute of the day on.", default=0)
    until_minute: int = said(
        "Until before this one; less than the first: over midnight.", default=1_440
    )


@input
class OfferRuleInput:
    """For whom an offer is: exactly one of these. What is not known of a member is neither yes nor
    no; an offer is for those of whom the rule certainly holds."""

    all: list["OfferRuleInput"] | None = said("All of these hold.", default=None)
    any: list["OfferRuleInput"] | None = said("One of these holds.", default=None)
    negated: "OfferRuleInput | None" = said(
        "This certainly does not hold.", name="not", default=None
    )
    tier: list[str] | None = said("Called so by one of these tiers.", default=None)
    segment: list[str] | None = said("In one of these segments.", default=None)
    age: OfferAgeInput | None = said("So old, by their date of birth.", default=None)
    member_since: OfferMemberSinceInput | None = said("A member for so long.", default=None)
    activity: OfferActivityInput | None = said("Who did this lately.", default=None)
    place: OfferPlaceInput | None = said("Who is there, or was lately.", default=None)
    time: OfferTimeInput | None = said("At these times.", default=None)
    locale: list[str] | None = said("Who reads one of these languages.", default=None)


def read(said: OfferRuleInput | None) -> Rule:
    """The rule; None is for everybody. Refuses BadRule, with a path that begins with `rule`."""
    if said is None:
        return offers.EVERYBODY
    try:
        return offers.read_rule(_plain(said))
    except BadRule as refused:
        raise BadRule(("rule", *refused.path), str(refused)) from refused


def shown(plain: Any) -> Json:
    """The rule in the words of OfferRuleInput, out of the domain's JSON."""
    return cast(Json, _shown(plain))


def _shown(plain: Any) -> Any:
    if isinstance(plain, Mapping):
        return dict(_named(word, value) for word, value in plain.items())
    return [_shown(one) for one in plain] if isinstance(plain, list) else plain


def _named(word: str, value: Any) -> tuple[str, Any]:
    if word == "outlets":
        return "outletIds", [globalids.of(Kind.OUTLET, UUID(one)) for one in value]
    return word, _shown(value)


def _plain(said: OfferRuleInput) -> Mapping[str, Any]:
    """The rule as the domain's JSON; what is wrong with it is said there."""
    words = {
        "all": _several(said.all),
        "any": _several(said.any),
        "not": None if said.negated is None else _plain(said.negated),
        "tier": said.tier,
        "segment": said.segment,
        "age": said.age and {"min": said.age.min, "max": said.age.max},
        "memberSince": said.member_since and {"days": said.member_since.days},
        "activity": said.activity and _activity(said.activity),
        "place": said.place and _place(said.place),
        "time": said.time and _time(said.time),
        "locale": said.locale,
    }
    return {word: value for word, value in words.items() if value is not None}


def _several(rules: Sequence[OfferRuleInput] | None) -> list[Mapping[str, Any]] | None:
    return None if rules is None else [_plain(one) for one in rules]


def _activity(said: OfferActivityInput) -> Mapping[str, Any]:
    types = [type.name for type in said.types or ()]
    return {"types": types, "times": said.times, "days": said.days}


def _place(said: OfferPlaceInput) -> Mapping[str, Any]:
    found = [globalids.uuid_of(id, Kind.OUTLET) or NOBODY for id in said.outlet_ids or ()]
    outlets = [str(id) for id in found]
    return {"cells": said.cells or [], "outlets": outlets, "withinM": said.within_m}


def _time(said: OfferTimeInput) -> Mapping[str, Any]:
    return {
        "weekdays": said.weekdays or [],
        "fromMinute": said.from_minute,
        "untilMinute": said.until_minute,
    }
