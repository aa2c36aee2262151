"""Answers count once for each member and survey, by the page's own word."""

import asyncio
import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import activities, surveys
from domain.activities import Proof, Type
from domain.members import Member
from domain.surveys import Answer, Registered
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.servers import Postgres


async def a_survey(member: Member, *, tx: Tx, **said: Any) -> Registered:
    told = {
        "title": "How was it?",
        "url": "https://ask.example.com/q?id=7",
        "closes_at": given.NOON + timedelta(days=7),
        "partner": None,
    }
    return await surveys.register(
        **told | said, programme=member.programme, id=ids.new(given.NOON), at=given.NOON, tx=tx
    )


async def a_member(tx: Tx) -> Member:
    return await given.a_member(await given.a_programme(tx=tx), tx=tx)


async def start(member: Member, survey: UUID, *, tx: Tx) -> Answer:
    return await surveys.start(member, survey=survey, at=given.NOON, tx=tx)


async def finish(
    member: Member, made: Registered, answer: Answer, *, hours: int = 0, tx: Tx
) -> Answer:
    secret = base64.b64decode(made.secret)
    token = surveys.token_of(made.survey.id, answer.ref, secret=secret)
    at = given.NOON + timedelta(hours=hours)
    return await surveys.finish(member, survey=made.survey.id, token=token, at=at, tx=tx)


async def test_given_a_started_survey_when_its_token_comes_then_it_counts_once(tx: Tx) -> None:
    ada = await a_member(tx)
    made = await a_survey(ada, tx=tx)
    started = await start(ada, made.survey.id, tx=tx)

    done = await finish(ada, made, started, tx=tx)
    again = await finish(ada, made, started, hours=1, tx=tx)

    (found,) = await activities.listed(ada, before=None, limit=5, tx=tx)
    assert started.url == f"https://ask.example.com/q?id=7&ref={started.ref}"
    assert await start(ada, made.survey.id, tx=tx) == done
    assert (again, found.id) == (done, done.activity)
    assert (found.type, found.quantity, found.proof) == (Type.SURVEY, 1, Proof.VERIFIED)


async def test_given_a_partner_when_it_confirms_a_ref_then_it_counts_once(tx: Tx) -> None:
    home = await given.a_programme(tx=tx)
    ada = await given.a_member(home, tx=tx)
    partner, _ = await given.a_partner(home, tx=tx)
    other, _ = await given.a_partner(home, tx=tx)
    made = await a_survey(ada, partner=partner.id, tx=tx)
    started = await start(ada, made.survey.id, tx=tx)
    kept = {"survey": made.survey.id, "programme": home.id, "at": given.NOON, "tx": tx}

    done = await surveys.confirm(ref=started.ref, partner=partner.id, **kept)

    (found,) = await activities.listed(ada, before=None, limit=5, tx=tx)
    assert (done.activity, found.proof) == (found.id, Proof.PARTNER)
    assert await surveys.confirm(ref=started.ref, partner=partner.id, **kept) == done
    with pytest.raises(surveys.NoSuchSurvey):
        await surveys.confirm(ref=started.ref, partner=other.id, **kept)
    for ref in ("", "a" * 26, "\0" * 26, "ä" * 26):
        with pytest.raises(surveys.NoSuchAnswer):
            await surveys.confirm(ref=ref, partner=partner.id, **kept)


async def test_given_another_members_token_when_brought_then_it_is_refused(tx: Tx) -> None:
    home = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(home, tx=tx), await given.a_member(home, tx=tx)
    made = await a_survey(ada, tx=tx)
    adas = await start(ada, made.survey.id, tx=tx)
    with pytest.raises(surveys.NoSuchAnswer):
        await finish(bob, made, adas, tx=tx)
    await start(bob, made.survey.id, tx=tx)

    with pytest.raises(surveys.BadReturnToken):
        await finish(bob, made, adas, tx=tx)
    for token in ("", "ä", "x" * 5000):
        with pytest.raises(surveys.BadReturnToken):
            await surveys.finish(bob, survey=made.survey.id, token=token, at=given.NOON, tx=tx)


async def test_given_a_survey_that_is_over_when_answered_then_it_is_closed(tx: Tx) -> None:
    ada = await a_member(tx)
    made = await a_survey(ada, tx=tx)
    started = await start(ada, made.survey.id, tx=tx)

    await surveys.close(made.survey.id, programme=ada.programme, tx=tx)

    with pytest.raises(surveys.SurveyClosed):
        await finish(ada, made, started, tx=tx)
    with pytest.raises(surveys.SurveyClosed):
        await start(ada, made.survey.id, tx=tx)
    with pytest.raises(surveys.NoSuchSurvey):
        await start(ada, UUID(int=5), tx=tx)


async def test_given_many_tokens_at_once_when_they_race_then_one_activity_is_made(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            ada = await a_member(tx)
            made = await a_survey(ada, tx=tx)
            started = await start(ada, made.survey.id, tx=tx)

        async def come() -> UUID | None:
            async with db.transaction() as tx:
                return (await finish(ada, made, started, tx=tx)).activity

        found = await asyncio.gather(*(come() for _ in range(10)))

        async with db.transaction() as tx:
            listed = await activities.listed(ada, before=None, limit=5, tx=tx)
    assert (len(set(found)), len(listed)) == (1, 1)


BAD: dict[str, dict[str, Any]] = {
    "no title": {"title": ""},
    "plain http": {"url": "http://ask.example.com/"},
    "a fragment": {"url": "https://ask.example.com/#q"},
    "a user": {"url": "https://me@ask.example.com/"},
    "over already": {"closes_at": given.NOON},
    "for ever": {"closes_at": given.NOON + timedelta(days=732)},
}


@pytest.mark.parametrize("name", BAD)
async def test_given_a_bad_survey_when_registered_then_it_is_refused(tx: Tx, name: str) -> None:
    ada = await a_member(tx)

    with pytest.raises(surveys.BadSurvey):
        await a_survey(ada, tx=tx, **BAD[name])
