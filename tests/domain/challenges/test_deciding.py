"""Where a challenge goes, who may send it there, and what each verb refuses."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from domain import challenges, ledger, partners
from domain.challenges import (
    BadAudience,
    BadBudget,
    BadChallenge,
    BadFunding,
    BadPeriod,
    BadVerdict,
    Challenge,
    Halted,
    NoSuchChallenge,
    NotFunded,
    NotInThisState,
    OverBudget,
    PartnersOwn,
    Reward,
    State,
    TooManyChallenges,
    ending,
)
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import (
    DAY,
    OPERATOR,
    TODAY,
    a_payer,
    begin,
    draft,
    fund,
    funded,
    has,
    live,
    made,
    now,
    of_programme,
    run_out,
    terms,
)
from tests.support import given
from tests.support.given import NOON

BEGINS = {"first_day": TODAY + 3 * DAY, "last_day": TODAY + 9 * DAY}
ENDS_AT = datetime.combine(TODAY + 10 * DAY, time(12), UTC)


async def test_given_a_funded_draft_when_it_lives_to_its_end_then_what_is_left_goes_back(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)

    one = await made(payer, tx)
    drafted = one.state, await has(payer, tx)
    one = await fund(one, 1_000, tx)
    paid = await has(payer, tx), await has(one, tx)
    one = await begin(one, tx)
    alive = one.state, one.live_at
    stages = []
    for job, at in (
        (ending.end_due, ENDS_AT - DAY),
        (ending.end_due, ENDS_AT),
        (ending.settle_due, ENDS_AT + DAY),
        (ending.settle_due, ENDS_AT + 2 * DAY),
    ):
        await run_out(job, at, tx)
        stages.append((await now(one, tx)).state)

    assert (drafted, paid) == ((State.DRAFT, 10_000), (9_000, 1_000))
    assert alive == (State.LIVE, NOON)
    assert stages == [State.LIVE, State.ENDED, State.ENDED, State.SETTLED]
    there = await now(one, tx)
    assert (there.funded, there.returned, there.left) == (1_000, 1_000, 0)
    assert there.cutoff_at == ENDS_AT + 2 * DAY == there.settled_at
    assert (await has(payer, tx), await has(one, tx)) == (10_000, 0)
    names = [type(event).__name__ for event in tx.staged if event.subject == one.id]
    assert names == ["Submitted", "Approved", "Opened", "Ended", "Settled"]


async def test_given_an_approved_challenge_when_its_day_begins_anywhere_then_it_is_live(
    tx: Tx,
) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await live(payer, tx, **BEGINS)
    begins = datetime.combine(BEGINS["first_day"] - DAY, time(10), UTC)

    await run_out(ending.open_due, begins - DAY, tx)
    before = (await now(one, tx)).state
    await run_out(ending.open_due, begins, tx)

    assert (before, (await now(one, tx)).state) == (State.APPROVED, State.LIVE)


async def test_given_a_submitted_challenge_when_rejected_then_it_is_changed_and_sent_again(
    tx: Tx,
) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await funded(payer, tx)
    where: dict[str, Any] = {"programme": one.programme, "at": NOON, "tx": tx}
    await challenges.submit(one.id, partner=payer.id, **where)

    rejected = await challenges.reject(one.id, reason="too easy", **where)
    changed = await challenges.edit(
        one.id, draft(budget=1_500, name="Six"), partner=payer.id, **where
    )
    await fund(changed, 500, tx)
    again = await challenges.submit(one.id, partner=payer.id, **where)

    assert (rejected.state, rejected.reason) == (State.REJECTED, "too easy")
    assert (changed.name, changed.budget, changed.funded) == ("Six", 1_500, 1_000)
    assert (again.state, again.reason) == (State.SUBMITTED, None)


async def test_given_a_challenge_that_has_not_begun_when_cancelled_then_all_goes_back_once(
    tx: Tx,
) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await live(payer, tx, **BEGINS)

    answers = [
        await challenges.cancel(one.id, programme=one.programme, partner=payer.id, at=NOON, tx=tx)
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert (answers[0].state, answers[0].returned) == (State.CANCELLED, 1_000)
    assert await has(payer, tx) == 10_000


async def test_given_an_operators_pause_when_its_partner_resumes_it_then_only_the_operator_can(
    tx: Tx,
) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await live(payer, tx)
    where: dict[str, Any] = {"programme": one.programme, "at": NOON, "tx": tx}

    await challenges.pause(one.id, partner=payer.id, **where)
    own = await challenges.resume(one.id, partner=payer.id, **where)
    await challenges.pause(one.id, partner=payer.id, **where)
    halted = await challenges.pause(one.id, **where)
    with pytest.raises(Halted):
        await challenges.resume(one.id, partner=payer.id, **where)
    with pytest.raises(Halted):
        await challenges.end(one.id, partner=payer.id, **where)
    await run_out(ending.end_due, ENDS_AT, tx)
    resumed = await challenges.resume(one.id, **where)

    assert (own.state, halted.state, halted.halted) == (State.LIVE, State.PAUSED, True)
    assert (resumed.state, resumed.halted) == (State.LIVE, False)


async def test_given_a_live_challenge_when_ended_early_then_its_last_day_is_today(tx: Tx) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await live(payer, tx)

    ended = await challenges.end(one.id, programme=one.programme, at=NOON, tx=tx)

    assert (ended.terms.last_day, ended.version, ended.state) == (TODAY, 2, State.LIVE)
    assert ended.cutoff_at == ENDS_AT - 9 * DAY + 2 * DAY
    await run_out(ending.end_due, ENDS_AT - 9 * DAY, tx)
    assert (await now(one, tx)).state is State.ENDED


async def test_given_a_challenge_of_the_programme_when_it_is_over_then_its_points_are_no_more(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await of_programme(club, tx)

    reworded = await challenges.reword(
        one.id, name="Ten", description="More.", programme=club.id, at=NOON, tx=tx
    )
    there = await has(one, tx)
    await run_out(ending.end_due, ENDS_AT, tx)
    await run_out(ending.settle_due, ENDS_AT + 2 * DAY, tx)

    assert (reworded.name, reworded.version) == ("Ten", 1)
    assert (there, await has(one, tx)) == (1_000, 0)


async def test_given_a_challenge_among_members_then_it_is_live_at_once_and_in_no_list(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    bare = terms(reward=Reward())
    later = replace(bare, **BEGINS)

    first, second = [
        await challenges.open_private(
            "We two", said, creator=ada.id, programme=club.id, id=ids.new(NOON), at=NOON, tx=tx
        )
        for said in (bare, later)
    ]

    assert (first.state, second.state, first.budget) == (State.LIVE, State.APPROVED, 0)
    assert await challenges.listed(programme=club.id, before=None, limit=9, tx=tx) == []
    counted = await challenges.running(club.id, tx=tx)
    assert {one.id for one in counted.every()} == {first.id, second.id}


@pytest.mark.parametrize(
    "verb", [challenges.pause, challenges.resume, challenges.end, challenges.cancel]
)
async def test_given_a_challenge_among_members_when_an_operator_steers_it_then_there_is_none(
    tx: Tx, verb: Callable[..., Awaitable[Challenge]]
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    where: dict[str, Any] = {"programme": club.id, "at": NOON, "tx": tx}
    bare = terms(reward=Reward())
    one = await challenges.open_private("We", bare, creator=ada.id, id=ids.new(NOON), **where)

    with pytest.raises(challenges.NoSuchChallenge):
        await verb(one.id, **where)

    assert (await now(one, tx)).state is State.LIVE


async def test_given_challenges_when_listed_then_each_sees_what_is_for_them(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ours, theirs = await a_payer(club, tx=tx), await a_payer(club, tx=tx)
    hidden = await live(ours, tx, disclosed_at=NOON + DAY)
    shown, drafted = await live(theirs, tx), await made(ours, tx)
    page: dict[str, Any] = {"programme": club.id, "before": None, "limit": 9, "tx": tx}

    every = await challenges.listed(**page)
    alive = await challenges.listed(**page, states={State.LIVE}, disclosed_by=NOON)
    own = await challenges.of_partner(ours.id, **page)

    assert {one.id for one in every} == {hidden.id, shown.id, drafted.id}
    assert [one.id for one in alive] == [shown.id]
    assert {one.id for one in own} == {hidden.id, drafted.id}


async def test_given_five_hundred_challenges_when_one_more_is_made_then_refused(tx: Tx) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    first = await made(payer, tx)
    more = """
        INSERT INTO challenge SELECT (jsonb_populate_record(c, jsonb_build_object(
            'id', gen_random_uuid(), 'account', o.account))).*
        FROM challenge AS c, unnest($3::bigint[]) AS o (account)
        WHERE c.programme = $1 AND c.id = $2
    """
    escrow = ledger.AccountClass.ESCROW
    accounts = await ledger.open_accounts(499, book=first.book, account_class=escrow, tx=tx)
    await tx.run(more, first.programme, first.id, accounts)

    with pytest.raises(TooManyChallenges):
        await made(payer, tx)


# The verb, what the challenge is, whose asks, what is said, how it is refused.
Row = tuple[str, str, str, str, dict[str, Any], type[Refused], str]
FAULTS: list[Row] = [
    ("foreign", "edit", "draft", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "fund", "draft", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "submit", "funded", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "pause", "live", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "resume", "paused", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "end", "live", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "cancel", "draft", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("foreign", "raise_budget", "live", "other", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("elsewhere", "approve", "foreign", "staff", {}, NoSuchChallenge, "NO_SUCH_CHALLENGE"),
    ("a partner's", "edit", "draft", "staff", {}, PartnersOwn, "CHALLENGE_IS_PARTNERS"),
    ("a partner's", "fund", "draft", "staff", {}, PartnersOwn, "CHALLENGE_IS_PARTNERS"),
    ("a partner's", "submit", "funded", "staff", {}, PartnersOwn, "CHALLENGE_IS_PARTNERS"),
    ("a bad text", "edit", "live", "other", {"name": ""}, BadChallenge, "BAD_CHALLENGE"),
    ("live", "edit", "live", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("unknown", "edit", "draft", "own", {"needs": "nothing"}, BadAudience, "BAD_AUDIENCE"),
    ("itself", "edit", "draft", "own", {"needs": "itself"}, BadAudience, "BAD_AUDIENCE"),
    ("another's draft", "edit", "draft", "own", {"needs": "draft"}, BadAudience, "BAD_AUDIENCE"),
    ("below its funds", "edit", "funded", "own", {"budget": 999}, BadBudget, "BAD_BUDGET"),
    ("no points", "fund", "draft", "other", {"points": 0}, BadFunding, "BAD_POINTS"),
    ("too many points", "fund", "draft", "own", {"points": 10**10}, BadFunding, "BAD_POINTS"),
    ("another's key", "fund", "live", "own", {"used": True}, ledger.KeyReused, "KEY_REUSED"),
    ("live", "fund", "live", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("over budget", "fund", "draft", "own", {"points": 1_001}, OverBudget, "OVER_BUDGET"),
    ("an old key", "fund", "draft", "own", {"old": True}, ledger.KeyExpired, "KEY_EXPIRED"),
    ("too few", "fund", "rich", "own", {"points": 10_001}, ledger.InsufficientPoints,
     "INSUFFICIENT_POINTS"),
    ("a draft", "raise_budget", "draft", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("for a badge", "raise_budget", "badge", "own", {}, BadBudget, "BAD_BUDGET"),
    ("too few", "raise_budget", "live", "own", {"points": 9_001}, ledger.InsufficientPoints,
     "INSUFFICIENT_POINTS"),
    ("live", "submit", "live", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("over", "submit", "funded", "own", {"at": ENDS_AT}, BadPeriod, "BAD_PERIOD"),
    ("not funded", "submit", "draft", "own", {}, NotFunded, "CHALLENGE_NOT_FUNDED"),
    ("a draft", "approve", "draft", "staff", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("over", "approve", "submitted", "staff", {"at": ENDS_AT}, BadPeriod, "BAD_PERIOD"),
    ("no reason", "reject", "submitted", "staff", {"reason": " "}, BadVerdict, "BAD_REASON"),
    ("a draft", "reject", "draft", "staff", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("a draft", "pause", "draft", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("a draft", "resume", "draft", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("a draft", "end", "draft", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    ("yesterday", "end", "live", "own", {"last_day": TODAY - DAY}, BadPeriod, "BAD_PERIOD"),
    ("later", "end", "live", "own", {"last_day": TODAY + 10 * DAY}, BadPeriod, "BAD_PERIOD"),
    ("live", "cancel", "live", "own", {}, NotInThisState, "CHALLENGE_NOT_IN_STATE"),
    # Two faults: the one that is looked for first is told.
    ("points, id", "fund", "draft", "other", {"points": 0}, BadFunding, "BAD_POINTS"),
    ("state, budget", "fund", "live", "own", {"points": 1_001}, NotInThisState,
     "CHALLENGE_NOT_IN_STATE"),
    ("period, funds", "submit", "draft", "own", {"at": ENDS_AT}, BadPeriod, "BAD_PERIOD"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "which", "who", "said", "refusal", "code"),
    [row[1:] for row in FAULTS],
    ids=[f"{row[1]}, {row[0]}" for row in FAULTS],
)
async def test_given_a_fault_when_asked_then_refused_in_order_and_nothing_has_changed(
    verb: str,
    which: str,
    who: str,
    said: dict[str, Any],
    refusal: type[Refused],
    code: str,
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    payer, other = await a_payer(club, tx=tx), await a_payer(club, tx=tx)
    one = await _standing(which, payer, tx)
    used = ids.new(NOON)
    if said.get("used"):
        await fund(await made(payer, tx), 10, tx, id=used)
    before = await now(one, tx), await has(payer, tx)
    words: dict[str, Any] = {"programme": club.id, "at": said.get("at", NOON), "tx": tx}
    if who != "staff":
        words["partner"] = payer.id if who == "own" else other.id
    match verb:
        case "edit":
            needs = {
                "nothing": ids.new(NOON),
                "itself": one.id,
                "draft": (await made(other, tx)).id,
            }
            wanted = [needs[said["needs"]]] if "needs" in said else []
            audience = challenges.Audience(challenges=frozenset(wanted))
            kept = {key: said[key] for key in ("name", "budget") if key in said}
            args: tuple[Any, ...] = (draft(audience=audience, **kept),)
        case "fund" | "raise_budget":
            args = (said.get("points", 10),)
            words["id"] = (
                used if said.get("used") else ids.new(NOON - 40 * DAY * said.get("old", 0))
            )
        case _:
            args = ()
            words |= {key: said[key] for key in ("reason", "last_day") if key in said}
            if verb == "reject":
                words.setdefault("reason", "too easy")

    with pytest.raises(refusal) as refused:
        await getattr(challenges, verb)(one.id, *args, **words)

    assert (type(refused.value), refused.value.code) == (refusal, code)
    assert (await now(one, tx), await has(payer, tx)) == before


async def _standing(which: str, payer: partners.Partner, tx: Tx) -> challenges.Challenge:
    """A challenge of that partner, as the word says."""
    match which:
        case "draft":
            return await made(payer, tx)
        case "rich":
            return await made(payer, tx, budget=20_000)
        case "badge":
            return await live(payer, tx, reward=Reward(tier_credit=5), budget=0)
        case "foreign":
            elsewhere = await given.a_programme(tx=tx)
            return await funded(await a_payer(elsewhere, tx=tx), tx)
        case "funded":
            return await funded(payer, tx)
        case "submitted":
            one = await funded(payer, tx)
            words = {"programme": one.programme, "partner": payer.id}
            return await challenges.submit(one.id, **words, at=NOON, tx=tx)
        case "paused":
            one = await live(payer, tx)
            return await challenges.pause(one.id, programme=one.programme, at=NOON, tx=tx)
        case _:
            return await live(payer, tx)


async def test_given_a_draft_when_made_again_with_its_id_then_the_same_or_refused(tx: Tx) -> None:
    payer = await a_payer(await given.a_programme(tx=tx), tx=tx)
    one = await made(payer, tx)
    where = {"programme": one.programme, "id": one.id, "at": NOON, "tx": tx}

    again = await challenges.create(draft(), partner=payer.id, **where)
    with pytest.raises(ledger.KeyReused):
        await challenges.create(draft(name="Other"), partner=payer.id, **where)
    with pytest.raises(ledger.KeyReused):
        await challenges.create(draft(), operator=OPERATOR, **where)

    assert again == one
