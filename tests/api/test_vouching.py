"""Organisers, utilities, survey pages and places over the door."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from api import globalids
from api.globalids import Kind
from domain.partners import Scope
from infra import clock, ids
from tests.domain.energy.meter_words import green_button
from tests.support.client import Door

CONFIRM = """
mutation ($shift: ID, $ref: String, $minutes: Int, $key: ID!) {
  confirmHours(input: {shiftId: $shift, memberRef: $ref, minutes: $minutes})
  @idempotent(key: $key) {
    ... on ConfirmHoursSuccess { hours { id state minutes } } ... on UserError { code path }
  }
}
"""
REVOKE = """
mutation ($id: ID!, $key: ID!) { revokeHours(input: {hoursId: $id}) @idempotent(key: $key) {
  ... on RevokeHoursSuccess { hours { state } } ... on UserError { code }
} }
"""
PUBLISH = """
mutation { publishOpportunity(input: {title: "River day"}) {
  ... on PublishOpportunitySuccess { opportunityId } ... on UserError { code }
} }
"""
ADD_SHIFT = """
mutation ($id: ID!, $from: DateTime!, $to: DateTime!) {
  addShift(input: {opportunityId: $id, startsAt: $from, endsAt: $to}) {
    ... on AddShiftSuccess { shift { id } statementShift } ... on UserError { code }
  }
}
"""
SHIFTS = "{ volunteerShifts { nodes { title } } volunteerHours { nodes { state minutes } } }"


def key() -> str:
    return str(ids.new(clock.now()))


async def test_given_an_organiser_when_they_speak_first_then_hours_count_and_are_revoked(
    door: Door,
) -> None:
    ada, organiser = await door.member(), await door.partner()
    starts = clock.now() - timedelta(hours=5)
    id = (await door.ask(organiser, PUBLISH))["publishOpportunity"]["opportunityId"]
    times = {"from": starts.isoformat(), "to": (starts + timedelta(hours=2)).isoformat()}
    shift = (await door.ask(organiser, ADD_SHIFT, id=id, **times))["addShift"]["shift"]["id"]
    said = {"shift": shift, "ref": ada.me.external_ref, "minutes": 45}
    once = key()

    done = (await door.ask(organiser, CONFIRM, **said, key=once))["confirmHours"]
    again = (await door.ask(organiser, CONFIRM, **said, key=once))["confirmHours"]
    seen = (await door.ask(ada, SHIFTS))["volunteerHours"]["nodes"]
    gone = await door.ask(organiser, REVOKE, id=done["hours"]["id"], key=key())

    assert done == again
    assert seen == [{"state": "CONFIRMED", "minutes": 45}]
    assert gone["revokeHours"]["hours"]["state"] == "REVOKED"


async def test_given_a_key_without_the_scope_when_used_then_it_is_refused(door: Door) -> None:
    other = await door.partner(Scope.ORDERS_WRITE)

    refused = await door.ask(other, PUBLISH)

    assert refused["publishOpportunity"]["code"] == "SCOPE_MISSING"


REPORT = """
mutation ($in: ReportEnergyInput!, $key: ID!) {
  reportEnergy(input: $in) @idempotent(key: $key) {
    ... on ReportEnergySuccess { halfHours days { savedWh final } } ... on UserError { code path }
  }
}
"""


async def test_given_a_utility_when_it_reports_then_half_hours_are_kept_or_refused(
    door: Door,
) -> None:
    ada, utility = await door.member(), await door.partner()
    start = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)

    async def report(**said: Any) -> Any:
        reading = {"start": start.isoformat(), "wh": 100} | said.pop("reading", {})
        asked = {"memberRef": ada.me.external_ref, "meter": "m1", "readings": [reading]} | said
        return (await door.ask(utility, REPORT, **{"in": asked, "key": key()}))["reportEnergy"]

    first, again = await report(), await report()
    codes = [
        (await report(**bad))["code"]
        for bad in ({"memberRef": "nobody"}, {"reading": {"wh": -1}}, {"meter": ""})
    ]

    assert (first["halfHours"], again["halfHours"]) == (1, 0)
    assert codes == ["NO_SUCH_MEMBER", "BAD_READINGS", "BAD_METER"]


UPLOAD = """
mutation ($file: Upload!) { uploadEnergyFile(input: {file: $file}) {
  ... on UploadEnergyFileSuccess { file { state } } ... on UserError { code path }
} }
"""


async def test_given_a_file_when_it_comes_twice_then_the_second_is_refused(door: Door) -> None:
    ada = await door.member()
    content = green_button([(int(clock.now().timestamp()) // 1800 * 1800 - 7200, 5)])

    first = (await door.upload(ada, UPLOAD, content))["data"]["uploadEnergyFile"]
    second = (await door.upload(ada, UPLOAD, content))["data"]["uploadEnergyFile"]
    empty = (await door.upload(ada, UPLOAD, b""))["data"]["uploadEnergyFile"]

    assert first == {"file": {"state": "WAITING"}}
    assert (second["code"], empty["code"]) == ("SAME_FILE", "EMPTY_FILE")


REGISTER = """
mutation ($until: DateTime!) {
  registerSurvey(input: {title: "How was it?", url: "https://ask.example.com/", closesAt: $until}) {
    ... on RegisterSurveySuccess { survey { id } tokenSurvey secret } ... on UserError { code }
  }
}
"""
START = """
mutation ($id: ID!) { startSurvey(input: {surveyId: $id}) {
  ... on StartSurveySuccess { answer { url } } ... on UserError { code path }
} }
"""
FINISH = """
mutation ($id: ID!, $token: String!, $key: ID!) {
  finishSurvey(input: {surveyId: $id, token: $token}) @idempotent(key: $key) {
    ... on FinishSurveySuccess { answer { answeredAt } } ... on UserError { code path }
  }
}
"""
ANSWERED = """
mutation ($id: ID!, $ref: String!, $key: ID!) {
  confirmSurvey(input: {surveyId: $id, ref: $ref}) @idempotent(key: $key) {
    ... on ConfirmSurveySuccess { ref } ... on UserError { code path }
  }
}
"""


async def test_given_a_survey_when_it_is_answered_then_token_and_partner_both_confirm(
    door: Door,
) -> None:
    ada, bob, page = await door.member(), await door.member(), await door.partner()
    until = (clock.now() + timedelta(days=2)).isoformat()
    made = (await door.ask(page, REGISTER, until=until))["registerSurvey"]
    id = made["survey"]["id"]
    urls = [
        (await door.ask(who, START, id=id))["startSurvey"]["answer"]["url"] for who in (ada, bob)
    ]
    adas, bobs = (url.partition("ref=")[2] for url in urls)
    content = f"{made['tokenSurvey']}.{adas}".encode()
    signed = hmac.new(base64.b64decode(made["secret"]), content, hashlib.sha256).digest()
    token = base64.urlsafe_b64encode(signed).decode().rstrip("=")

    wrong = (await door.ask(bob, FINISH, id=id, token=token, key=key()))["finishSurvey"]
    right = (await door.ask(ada, FINISH, id=id, token=token, key=key()))["finishSurvey"]
    told = (await door.ask(page, ANSWERED, id=id, ref=bobs, key=key()))["confirmSurvey"]
    unknown = (await door.ask(page, ANSWERED, id=id, ref="x", key=key()))["confirmSurvey"]

    assert (wrong["code"], wrong["path"]) == ("BAD_RETURN_TOKEN", ["input", "token"])
    assert right["answer"]["answeredAt"] is not None
    assert told == {"ref": bobs}
    assert unknown["code"] == "NO_SUCH_ANSWER"


OPEN = """
mutation ($partner: ID) {
  openPlace(input: {name: "Mill", latitude: 48.2, longitude: 16.4, partnerId: $partner,
                    reason: "A test"}) {
    ... on OpenPlaceSuccess { place { id radiusMetres intervalHours } } ... on UserError { code }
  }
}
"""
CODE = "query ($id: ID!) { placeCode(placeId: $id) { code svg } }"
THEIR_CODE = "query ($id: ID!) { placeCode(placeId: $id) { code } }"
SCAN = """
mutation ($code: String!, $key: ID!) { visitByCode(input: {code: $code}) @idempotent(key: $key) {
  ... on VisitByCodeSuccess { visit { placeId } } ... on UserError { code }
} }
"""
BE_THERE = """
mutation ($id: ID!, $latitude: Float!, $key: ID!) {
  visitByPosition(input: {placeId: $id, latitude: $latitude, longitude: 16.4, accuracyMetres: 9})
  @idempotent(key: $key) {
    ... on VisitByPositionSuccess { visit { placeId } } ... on UserError { code }
  }
}
"""


async def test_given_a_place_when_its_code_or_position_is_told_then_the_visit_counts(
    door: Door,
) -> None:
    boss, ada, bob = await door.operator(), await door.member(), await door.member()
    mine, other = await door.partner(), await door.partner()
    assert mine.partner is not None
    partner = globalids.of(Kind.PARTNER, mine.partner.id)
    id = (await door.ask(boss, OPEN, partner=partner))["openPlace"]["place"]["id"]
    shown = (await door.ask(boss, CODE, id=id))["placeCode"]
    theirs = (await door.ask(mine, THEIR_CODE, id=id))["placeCode"]
    foreign = (await door.ask(other, THEIR_CODE, id=id))["placeCode"]

    there = (await door.ask(ada, SCAN, code=shown["code"], key=key()))["visitByCode"]
    again = (await door.ask(ada, SCAN, code=shown["code"], key=key()))["visitByCode"]
    bad = (await door.ask(ada, SCAN, code="x", key=key()))["visitByCode"]
    far = (await door.ask(bob, BE_THERE, id=id, latitude=48.3, key=key()))["visitByPosition"]
    near = (await door.ask(bob, BE_THERE, id=id, latitude=48.2, key=key()))["visitByPosition"]

    assert shown["svg"].startswith("<svg")
    assert theirs["code"]
    assert foreign is None
    assert there == near == {"visit": {"placeId": id}}
    assert [answer["code"] for answer in (again, bad, far)] == [
        "VISITED_ALREADY",
        "BAD_VISIT_CODE",
        "TOO_FAR_AWAY",
    ]
