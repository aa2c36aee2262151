"""Answer a survey: start it, and have it confirmed, once for each member.

The page learns a ref, never who it is. It confirms either by the partner's own call, or by a
return token, which the member's app brings along: HMAC-SHA256 over "<survey>.<ref>" under the
survey's secret, in base64url without padding. A token is good for its member only, and a second
time it changes nothing.
"""

import base64
import hashlib
import hmac
import os
from datetime import datetime
from uuid import UUID

from domain import activities, members
from domain.members import Member
from domain.surveys.errors import BadReturnToken, NoSuchAnswer, NoSuchSurvey, SurveyClosed
from domain.surveys.records import Answer, Survey
from domain.surveys.registering import by_id
from infra.db import Row, Tx

SOURCE = "survey"
REF_BYTES = 16
REF_CHARACTERS = 26

START = """
INSERT INTO survey_answer (programme, survey, member, ref, started_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
OF_MEMBER = """
SELECT survey, member, ref, answered_at, activity FROM survey_answer
WHERE programme = $1 AND survey = $2 AND member = $3 FOR UPDATE
"""
OF_REF = """
SELECT survey, member, ref, answered_at, activity FROM survey_answer
WHERE programme = $1 AND survey = $2 AND ref = $3 FOR UPDATE
"""
SECRET = "SELECT secret FROM survey WHERE programme = $1 AND id = $2"
ANSWERED = """
UPDATE survey_answer SET answered_at = $4, activity = $5
WHERE programme = $1 AND survey = $2 AND member = $3
"""


async def start(member: Member, *, survey: UUID, at: datetime, tx: Tx) -> Answer:
    """Where the member answers; again changes nothing.

    Refuses, in this order: NoSuchSurvey, SurveyClosed.
    """
    found = await by_id(survey, programme=member.programme, tx=tx)
    _check_open(found, at=at)
    place = (member.programme, survey, member.id)
    await tx.run(START, *place, _fresh_ref(), at)
    row = await tx.row(OF_MEMBER, *place)
    assert row is not None, "it was added if it was not there"
    return _answer(row, found)


async def finish(member: Member, *, survey: UUID, token: str, at: datetime, tx: Tx) -> Answer:
    """Let the member's answers count, by the token that the page gave them.

    Refuses, in this order: NoSuchSurvey, NoSuchAnswer, BadReturnToken, SurveyClosed.
    """
    found = await by_id(survey, programme=member.programme, tx=tx)
    row = await tx.row(OF_MEMBER, member.programme, survey, member.id)
    if row is None:
        raise NoSuchAnswer("you have not started this survey")
    secret = bytes(await tx.value(SECRET, member.programme, survey))
    right = token_of(survey, row["ref"], secret=secret)
    if not hmac.compare_digest(right.encode(), token.encode(errors="replace")):
        raise BadReturnToken("this is not the token that the survey gives you")
    return await _answered(row, found, activities.Proof.VERIFIED, at=at, tx=tx)


async def confirm(
    *, survey: UUID, ref: str, partner: UUID, programme: int, at: datetime, tx: Tx
) -> Answer:
    """Let somebody's answers count, by the partner's word.

    Refuses, in this order: NoSuchSurvey, NoSuchAnswer, SurveyClosed.
    """
    found = await by_id(survey, programme=programme, tx=tx)
    if found.partner != partner:
        raise NoSuchSurvey("there is no such survey of yours")
    sane = len(ref) == REF_CHARACTERS and ref.isascii() and ref.isalnum()
    row = await tx.row(OF_REF, programme, survey, ref) if sane else None
    if row is None:
        raise NoSuchAnswer("nobody has started the survey under that ref")
    return await _answered(row, found, activities.Proof.PARTNER, at=at, tx=tx)


def token_of(survey: UUID, ref: str, *, secret: bytes) -> str:
    """The return token of one member's answers."""
    made = hmac.new(secret, f"{survey}.{ref}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


async def _answered(
    row: Row, survey: Survey, proof: activities.Proof, *, at: datetime, tx: Tx
) -> Answer:
    if row["answered_at"] is not None:
        return _answer(row, survey)
    _check_open(survey, at=at)
    programme, member = survey.programme, row["member"]
    name = f"{survey.id}:{member}"
    report = activities.Report(
        id=activities.id_of(programme=programme, source=SOURCE, external_id=name, started_at=at),
        member=member,
        type=activities.Type.SURVEY,
        started_at=at,
        ended_at=at,
        quantity=1,
        proof=proof,
        source=SOURCE,
        external_id=name,
    )
    (outcome,) = await activities.report([report], programme=programme, at=at, tx=tx)
    if outcome.activity is None:
        raise members.NoSuchMember("the member takes part no longer")
    await tx.run(ANSWERED, programme, survey.id, member, at, outcome.activity)
    told = _answer(row, survey)
    return Answer(told.survey, member, told.ref, told.url, at, outcome.activity)


def _check_open(survey: Survey, *, at: datetime) -> None:
    if not survey.open or at >= survey.closes_at:
        raise SurveyClosed("the survey takes no more answers")


def _answer(row: Row, survey: Survey) -> Answer:
    joint = "&" if "?" in survey.url else "?"
    url = f"{survey.url}{joint}ref={row['ref']}"
    return Answer(
        row["survey"], row["member"], row["ref"], url, row["answered_at"], row["activity"]
    )


def _fresh_ref() -> str:
    return base64.b32encode(os.urandom(REF_BYTES)).decode().lower().rstrip("=")
