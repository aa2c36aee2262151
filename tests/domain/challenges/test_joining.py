"""Who comes in, who does not, and why."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import challenges, members
from domain.challenges import Audience, Entry, Mode, Part, Personal
from domain.members import LabelKind
from domain.metrics import Metric
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import (
    DAY,
    TODAY,
    Criterion,
    a_payer,
    funded,
    live,
    made,
    now,
)
from tests.domain.challenges.playing import join, run, standing, wallet
from tests.support import given
from tests.support.given import NOON

OPEN = {"from_joining": False}
TEAMS = {"mode": Mode.COMPETITIVE, "team_size_max": 2}
GOLD = Audience(tiers=frozenset({"gold"}))
# In the order in which they are documented: what is asked for, and what it is answered.
REFUSALS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("nobody's", {}, {"challenge": UUID(int=0)}, "NO_SUCH_CHALLENGE"),
    ("another programme's", {}, {"foreign": True}, "NO_SUCH_CHALLENGE"),
    ("a draft", {"how": made}, {}, "NO_SUCH_CHALLENGE"),
    ("a funded draft", {"how": funded}, {}, "NO_SUCH_CHALLENGE"),
    ("a secret", {"disclosed_at": NOON + DAY}, {}, "NO_SUCH_CHALLENGE"),
    ("after the last day", {}, {"at": NOON + 10 * DAY}, "CHALLENGE_CLOSED"),
    ("while it pauses", {"pauses": True}, {}, "CHALLENGE_CLOSED"),
    ("twice", {"twice": True}, {}, "ALREADY_JOINED"),
    ("without an invitation", {"audience": Audience(Entry.INVITED)}, {}, "NOT_ELIGIBLE"),
    ("of another tier", {"audience": GOLD}, {}, "NOT_ELIGIBLE"),
    ("without points left", {"budget": 100, "completed": True}, {}, "BUDGET_EXHAUSTED"),
    ("without a team", TEAMS, {}, "TEAM_NEEDED"),
    ("with a team of none", {}, {"team": "Reds"}, "TEAM_NEEDED"),
    ("with a name of nothing", TEAMS, {"team": " "}, "BAD_TEAM"),
    ("with a long name", TEAMS, {"team": "r" * 41}, "BAD_TEAM"),
    ("in a full team", {**TEAMS, "full": "Reds"}, {"team": "reds"}, "TEAM_FULL"),
]


@pytest.mark.parametrize(("name", "there", "asked", "code"), REFUSALS, ids=[r[0] for r in REFUSALS])
async def test_given_a_fault_when_joining_then_it_is_refused_and_nobody_is_in(
    tx: Tx, name: str, there: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    words = dict(there)
    how, full = words.pop("how", live), words.pop("full", None)
    flags = {flag: words.pop(flag, False) for flag in ("pauses", "twice", "completed")}
    one = await how(await a_payer(club, tx=tx), tx, **{**OPEN, **words})
    if full or flags["completed"]:
        await join(one, bob, tx, team=full)
        await run(bob, tx)
    if full:
        await join(one, await given.a_member(club, tx=tx), tx, team=full)
    if flags["twice"]:
        await join(one, ada, tx)
    if flags["pauses"]:
        await challenges.pause(one.id, programme=club.id, partner=one.partner, at=NOON, tx=tx)
    said = {"challenge": one.id, "team": None, "at": NOON, "member": ada} | asked
    if said.pop("foreign", False):
        said["member"] = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(Refused) as refused:
        await challenges.join(said.pop("challenge"), tx=tx, **said)

    assert refused.value.code == code
    inside = await challenges.standings(one.id, programme=club.id, limit=10, tx=tx)
    assert (said["member"].id in {place.member for place in inside}) == flags["twice"]


async def test_given_nobody_in_it_when_leaving_or_refusing_then_not_joined(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, audience=Audience(Entry.INVITED))
    ada = await given.a_member(club, tx=tx)
    where = {"member": ada, "at": NOON, "tx": tx}

    with pytest.raises(challenges.NotJoined):
        await challenges.leave(one.id, **where)
    with pytest.raises(challenges.NotJoined):
        await challenges.refuse(one.id, **where)
    with pytest.raises(challenges.NoSuchChallenge):
        await challenges.leave(UUID(int=0), **where)
    with pytest.raises(challenges.NotJoined):
        await challenges.participation(one.id, **where)


async def test_given_an_invitation_when_answered_then_offered_refused_or_joined(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, audience=Audience(Entry.INVITED), **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)

    asked = await challenges.offer(one, [ada.id, bob.id], at=NOON, tx=tx)
    again = await challenges.offer(one, [ada.id, bob.id], at=NOON, tx=tx)
    offered = await standing(one, ada, tx)
    no = await challenges.refuse(one.id, member=bob, at=NOON, tx=tx)
    yes = await join(one, ada, tx)

    assert (set(asked), again) == ({ada.id, bob.id}, [])
    assert (offered.state, no.state, yes.state) == (Part.OFFERED, Part.REFUSED, Part.JOINED)
    with pytest.raises(challenges.NotEligible):
        await join(one, bob, tx)


async def test_given_somebody_who_left_when_back_then_all_since_they_first_joined_counts_once(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx, at=NOON - timedelta(hours=3))
    await run(ada, tx, distance_m=3_000)

    gone = await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
    await run(ada, tx, distance_m=1_500)
    away = await standing(one, ada, tx)
    back = await join(one, ada, tx)
    await run(ada, tx, distance_m=500)
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
    again = await join(one, ada, tx)

    assert (gone.state, away.reached) == (Part.LEFT, (3_000,))
    assert (back.state, back.reached) == (Part.ACTIVE, (4_500,))
    assert (again.state, (await wallet(ada, tx)).available) == (Part.COMPLETED, 100)


async def test_given_an_automatic_challenge_when_run_then_in_with_all_that_was_done_if_eligible(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    audience = Audience(Entry.AUTOMATIC, segments=frozenset({"runners"}))
    one = await live(await a_payer(club, tx=tx), tx, audience=audience)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await run(ada, tx, distance_m=2_000)
    for member in (ada, bob):
        await members.label(member, kind=LabelKind.SEGMENT, name="runners", at=NOON, tx=tx)

    await run(ada, tx, distance_m=2_500)
    counted = await standing(one, ada, tx)
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
    await run(ada, tx, distance_m=2_500)

    assert (counted.state, counted.reached) == (Part.ACTIVE, (4_500,))
    assert (await standing(one, ada, tx)).state is Part.LEFT
    with pytest.raises(challenges.NotJoined):
        await standing(one, bob, tx)


async def test_given_a_challenge_done_before_when_it_is_a_condition_then_only_then_one_may_join(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)
    first = await live(payer, tx, **OPEN)
    then = await live(payer, tx, audience=Audience(challenges=frozenset({first.id})), **OPEN)
    ada = await given.a_member(club, tx=tx)
    await join(first, ada, tx)

    with pytest.raises(challenges.NotEligible):
        await join(then, ada, tx)
    await run(ada, tx)
    joined = await join(then, ada, tx)

    # What was done before joining counts here, so that it is complete at once.
    assert joined.state is Part.COMPLETED
    assert (await now(then, tx)).spent == 100


async def test_given_a_personal_target_when_joined_then_it_is_more_than_in_the_weeks_before(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    own = Criterion(Metric.DISTANCE, 90_000, personal=Personal(110, 4, 1_000))
    one = await live(await a_payer(club, tx=tx), tx, criteria=(own,), last_day=TODAY + 6 * DAY)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    for week in range(4):
        await run(ada, tx, day=TODAY - (1 + 7 * week) * DAY, distance_m=10_000)

    runner, newcomer = await join(one, ada, tx), await join(one, bob, tx)

    assert (runner.targets, newcomer.targets) == ((11_000,), (1_000,))
