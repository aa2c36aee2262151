"""Explain: why a member sees something, in plain words of their language.

What is noted with a decision is a word, and the item it is about where there is one; words are put
into a language only when somebody reads them.
"""

from collections.abc import Mapping, Sequence

from domain import wording
from domain.activities import Type
from domain.decisions import naming
from domain.decisions.records import Decision
from domain.members import Member
from domain.wording import Said
from infra.db import Tx
from infra.recommending import Scored

WHY_CHARACTERS_MAX = 120
EXPLORING, CHOSEN, FRESH, ALIKE, OFTEN = "EXPLORING", "CHOSEN", "FRESH", "ALIKE", "OFTEN"
ACTIVITY, PRODUCT = "activity:", "product:"
# What those who estimate call their reasons, and what we say of each.
KEYS: Mapping[str, str] = {
    OFTEN: "decisions.why_often",
    ALIKE: "decisions.why_liked",
    "DUE": "decisions.why_due",
    "POPULAR": "decisions.why_popular",
    "NEW": "decisions.why_new",
    "NEAR": "decisions.why_near",
    "NOW": "decisions.why_now",
    FRESH: "decisions.why_new",
    EXPLORING: "decisions.why_exploring",
    CHOSEN: "decisions.why_chosen",
}
HABITS: Mapping[str, str] = {
    Type.RUN: "decisions.why_run",
    Type.RIDE: "decisions.why_ride",
    Type.WALK: "decisions.why_walk",
    Type.SWIM: "decisions.why_swim",
    Type.STRENGTH: "decisions.why_strength",
    Type.VOLUNTEERING: "decisions.why_volunteering",
    Type.ENERGY: "decisions.why_energy",
}


def why(scored: Scored | None, *, about: Sequence[str] = (), fresh: bool, exploring: bool) -> str:
    """The one reason that is told; that chance chose is said openly. Pure.

    about -- the items that it is about: whoever often does those is told so.
    """
    if exploring:
        return EXPLORING
    if scored is None:
        return FRESH if fresh else CHOSEN
    name = next((name for name, share in scored.reasons if share > 0 and name in KEYS), None)
    if name is None:
        return FRESH if fresh else "POPULAR"
    item = _often(about) if name == OFTEN else scored.like if name == ALIKE else None
    return name if item is None else f"{name} {item}"[:WHY_CHARACTERS_MAX]


async def words(decisions: Sequence[Decision], *, member: Member, tx: Tx) -> Sequence[str]:
    """Why the member sees each, in their language."""
    items = {item for one in decisions if (item := _item(one.why))}
    names = await naming.names(items, member=member, tx=tx)
    said = [_said(one.why, names, member.locale) for one in decisions]
    found = await wording.rendered(said, programme=member.programme, tx=tx)
    return [one.body for one in found]


def _said(why: str, names: Mapping[str, str], locale: str) -> Said:
    item, name = _item(why), why.partition(" ")[0]
    habit = HABITS.get(item.removeprefix(ACTIVITY)) if item else None
    if habit is not None:
        return Said(habit, locale, {})
    if item in names and name in (ALIKE, OFTEN):
        key = "decisions.why_alike" if name == ALIKE else "decisions.why_often_of"
        return Said(key, locale, {"item": names[item]})
    return Said(KEYS.get(name, KEYS[CHOSEN]), locale, {})


def _item(why: str) -> str:
    return why.partition(" ")[2]


def _often(about: Sequence[str]) -> str | None:
    """What somebody is told that they often do: an activity before what a shop sells."""
    kinds = (ACTIVITY, PRODUCT)
    found = [one for kind in kinds for one in about if one.startswith(kind)]
    return next(iter(found), None)
