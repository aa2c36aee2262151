"""Steering: what each verb refuses, in the order that it says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import broadcasts
from domain.broadcasts import Audience, AudienceKind, State, Text
from infra.db import Tx
from infra.errors import Refused
from tests.domain.broadcasts.telling import TEXTS, a_draft, a_running_one, spread
from tests.support import given
from tests.support.given import NOON

NOBODY = UUID("0193d5a0-0000-7000-8000-000000000001")
TOMORROW = NOON + timedelta(days=1)
# Each wrong thing, with every later one wrong as well.
CREATES: dict[str, tuple[dict[str, Any], str]] = {
    "no name": (
        {"name": " ", "audience": Audience(AudienceKind.TIER), "texts": {}, "pace_per_minute": 0},
        "BAD_BROADCAST",
    ),
    "a name too long": ({"name": "x" * 81}, "BAD_BROADCAST"),
    "a tier without a name": (
        {"audience": Audience(AudienceKind.TIER), "texts": {"??": TEXTS["en"]}},
        "BAD_AUDIENCE",
    ),
    "all, with a name": ({"audience": Audience(AudienceKind.ALL, "Gold")}, "BAD_AUDIENCE"),
    "no language": (
        {"texts": {"??": Text("", "")}, "pace_per_minute": 0},
        "BAD_LOCALE",
    ),
    "no title": ({"texts": {"en": Text("", "x")}, "pace_per_minute": 0}, "BAD_TEXT"),
    "a title too long": ({"texts": {"en": Text("x" * 61, "x")}}, "BAD_TEXT"),
    "a body too long": ({"texts": {"en": Text("x", "x" * 601)}}, "BAD_TEXT"),
    "no pace": ({"texts": {"pl": TEXTS["pl"]}, "pace_per_minute": 0}, "BAD_PACE"),
    "too fast": ({"pace_per_minute": 600_001}, "BAD_PACE"),
    "not in the programme's language": ({"texts": {"pl": TEXTS["pl"]}}, "BAD_TEXT"),
}


@pytest.mark.parametrize(("said", "code"), CREATES.values(), ids=CREATES)
async def test_given_a_bad_draft_when_created_then_it_is_refused(
    said: dict[str, Any], code: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(Refused) as refused:
        await a_draft(club.id, tx=tx, **said)

    assert refused.value.code == code


VERBS = ("start_at", "start", "pause", "resume", "cancel")
# Which verbs may be said where; all others are refused.
ALLOWED: dict[State, set[str]] = {
    State.DRAFT: {"start_at", "start", "cancel"},
    State.SCHEDULED: {"start_at", "start", "cancel"},
    State.RUNNING: {"pause", "cancel"},
    State.PAUSED: {"resume", "cancel"},
    State.DONE: set(),
    State.CANCELLED: {"cancel"},
}


async def say(verb: str, id: UUID, programme: int, tx: Tx) -> None:
    more = {"starts_at": TOMORROW} if verb == "start_at" else {}
    await getattr(broadcasts, verb)(id, programme=programme, at=NOON, tx=tx, **more)


async def one_in(state: State, programme: int, tx: Tx) -> UUID:
    if state in (State.DRAFT, State.SCHEDULED, State.CANCELLED):
        one = await a_draft(programme, tx=tx)
        for verb in {State.SCHEDULED: ["start_at"], State.CANCELLED: ["cancel"]}.get(state, []):
            await say(verb, one.id, programme, tx)
        return one.id
    one = await a_running_one(programme, tx=tx)
    if state is State.PAUSED:
        await say("pause", one.id, programme, tx)
    if state is State.DONE:
        await spread(at=NOON + timedelta(minutes=1), tx=tx)
    return one.id


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", VERBS)
async def test_given_a_state_when_steered_then_only_what_makes_sense_is_done(
    verb: str, state: State, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    id = await one_in(state, club.id, tx)

    code = None
    try:
        await say(verb, id, club.id, tx)
    except Refused as refused:
        code = refused.code

    assert code == (None if verb in ALLOWED[state] else "BROADCAST_STATE")


async def test_given_a_cancelled_one_when_it_is_cancelled_again_then_it_ended_when_it_did(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    id = await one_in(State.CANCELLED, club.id, tx)

    again = await broadcasts.cancel(id, programme=club.id, at=TOMORROW, tx=tx)

    assert (again.state, again.ended_at) == (State.CANCELLED, NOON)


@pytest.mark.parametrize("verb", VERBS)
async def test_given_another_programmes_broadcast_when_steered_then_there_is_none(
    verb: str, tx: Tx
) -> None:
    club, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    one = await a_draft(other.id, tx=tx)

    for id in (one.id, NOBODY):
        with pytest.raises(broadcasts.NoSuchBroadcast):
            await say(verb, id, club.id, tx)


@pytest.mark.parametrize("starts_at", [NOON, NOON + timedelta(days=367)], ids=["now", "far"])
async def test_given_a_start_that_is_none_when_scheduled_then_it_is_refused(
    starts_at: Any, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(broadcasts.BadStart):
        await broadcasts.start_at(NOBODY, starts_at=starts_at, programme=club.id, at=NOON, tx=tx)
