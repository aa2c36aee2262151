"""Profiles, households, consents and farewells over HTTP; and what operators do about members."""

import json
from datetime import timedelta

from api.ops.members import member_id
from domain import members
from domain.members import ContactKind
from domain.operators import Role
from infra import clock, ids
from infra.db import Tx
from tests.support.client import Door, Person
from tests.support.documents import ERRORS

ME = """{ viewer { handle name loyaltyNumber contacts { kind value }
  profile { key kind text number day chosen yes editable }
  consents { purpose version given channel }
  household { role joined member { handle } } householdInvitations { householdId role }
  programme { locales branding { displayName colour logoUrl } } } }"""
FILL = (
    "mutation ($answers: [ProfileAnswerInput!]) { updateProfile(input: {answers: $answers})"
    " { __typename " + ERRORS + " } }"
)
CONSENT = (
    'mutation ($given: Boolean!) { setConsent(input: {purpose: "news", version: "1",'
    " given: $given}) { __typename " + ERRORS + " } }"
)
INVITE = (
    "mutation ($handle: String!) { inviteToHousehold(input: {handle: $handle, role: ADULT})"
    " { __typename " + ERRORS + " } }"
)
ANSWER = (
    "mutation ($id: ID!) { answerHousehold(input: {householdId: $id, accept: true})"
    " { __typename " + ERRORS + " } }"
)
EXPORT = (
    "mutation { exportMyData(input: {}) { __typename ... on ExportMyDataSuccess { document } "
    + ERRORS
    + " } }"
)
ERASE = (
    "mutation ($handle: String!) { requestErasure(input: {handle: $handle}) { __typename"
    " ... on RequestErasureSuccess { pointsGivenUp } " + ERRORS + " } }"
)
LEAVE = (
    "mutation ($handle: String!) { leaveProgramme(input: {handle: $handle}) { __typename "
    + ERRORS
    + " } }"
)
MERGE = (
    "mutation ($one: ID!, $other: ID!, $key: ID!) { mergeMembers(input: {survivorId: $one,"
    ' duplicateId: $other, reason: "the same person"}) @idempotent(key: $key) { __typename'
    " ... on MergeMembersSuccess { merge { id points survivorId duplicateId undoneAt } } "
    + ERRORS
    + " } }"
)
UNMERGE = (
    'mutation ($id: ID!, $key: ID!) { unmergeMembers(input: {mergeId: $id, reason: "two people"})'
    " @idempotent(key: $key) { __typename ... on UnmergeMembersSuccess { merge { undoneAt } } "
    + ERRORS
    + " } }"
)
ERASE_MEMBER = (
    'mutation ($id: ID!) { eraseMember(input: {memberId: $id, reason: "they asked by letter"})'
    " { __typename ... on EraseMemberSuccess { pointsGivenUp } " + ERRORS + " } }"
)
EXPORT_MEMBER = (
    'mutation ($id: ID!) { exportMember(input: {memberId: $id, reason: "they asked by letter"})'
    " { __typename ... on ExportMemberSuccess { document } " + ERRORS + " } }"
)
EXPORT_ONCE = EXPORT.replace("mutation {", "mutation ($key: ID!) {").replace(
    "(input: {})", "(input: {}) @idempotent(key: $key)"
)
EXPORT_MEMBER_ONCE = EXPORT_MEMBER.replace("($id: ID!)", "($id: ID!, $key: ID!)").replace(
    ' letter"})', ' letter"}) @idempotent(key: $key)'
)
KEPT = "SELECT answer::text FROM answer WHERE key = $1::uuid"
DEFINE = (
    'mutation { defineProfileField(input: {key: "shoes", kind: TEXT, label: "Shoes",'
    ' sensitive: true, reason: "we sell them"}) { __typename ' + ERRORS + " } }"
)
UPDATE_MEMBER = (
    'mutation ($id: ID!) { updateMember(input: {memberId: $id, answers: [{key: "shoes",'
    ' text: "red"}], reason: "by telephone"}) { __typename ' + ERRORS + " } }"
)
AMEND = (
    'mutation ($colour: String) { updateProgramme(input: {locales: ["de"], branding: {colour:'
    ' $colour, displayName: "North!"}, policies: {expiryMonths: 6, returnPolicy: WITHIN_BALANCE},'
    ' reason: "new look"}) { __typename ... on UpdateProgrammeSuccess { programme {'
    " policies { expiryMonths } } } " + ERRORS + " } }"
)
LOOK = "query ($id: ID) { member(id: $id) { state mergedIntoId name profile { key text } } }"
SUGGESTED = """{ duplicateSuggestions { nodes { score reasons one { id } other { id } } } }"""


async def test_given_fields_when_a_member_answers_then_they_are_shown(door: Door) -> None:
    ada = await door.member(handle="ada.answers")
    await _define(door, ada)

    done = await door.ask(
        ada,
        FILL,
        answers=[
            {"key": "residence", "text": "Graz"},
            {"key": "birth_date", "day": "1990-02-28"},
            {"key": "income", "number": 4_200_000},
            {"key": "interests", "chosen": ["food"]},
        ],
    )
    wrong = await door.ask(ada, FILL, answers=[{"key": "income", "text": "much"}])
    unknown = await door.ask(ada, FILL, answers=[{"key": "nothing", "yes": True}])

    assert done["updateProfile"]["__typename"] == "UpdateProfileSuccess"
    assert wrong["updateProfile"]["code"] == "BAD_VALUE"
    assert unknown["updateProfile"]["code"] == "NO_SUCH_FIELD"
    told = {one["key"]: one for one in (await door.ask(ada, ME))["viewer"]["profile"]}
    assert told["residence"]["text"] == "Graz"
    assert told["birth_date"]["day"] == "1990-02-28"
    assert told["income"]["number"] == 4_200_000
    assert told["interests"]["chosen"] == ["food"]
    assert told["gender"]["text"] is None


async def test_given_consents_and_a_household_when_changed_then_they_are_shown(door: Door) -> None:
    ada, bob = await door.member(handle="ada.homes"), await door.member(handle="bob.homes")

    for given_ in (True, False):
        await door.ask(ada, CONSENT, given=given_)
    await door.ask(ada, INVITE, handle="bob.homes")
    (invitation,) = (await door.ask(bob, ME))["viewer"]["householdInvitations"]
    answered = await door.ask(bob, ANSWER, id=invitation["householdId"])

    assert answered["answerHousehold"]["__typename"] == "AnswerHouseholdSuccess"
    viewer = (await door.ask(ada, ME))["viewer"]
    assert viewer["consents"] == [
        {"purpose": "news", "version": "1", "given": False, "channel": "APP"}
    ]
    assert [(one["role"], one["joined"]) for one in viewer["household"]] == [
        ("HEAD", True),
        ("ADULT", True),
    ]


async def test_given_an_old_sign_in_when_data_or_erasure_is_asked_then_step_up(door: Door) -> None:
    ada = await door.member(holding=5)

    exported = await door.ask(_signed_in(door, ada, minutes=16), EXPORT)
    erased = await door.ask(_signed_in(door, ada, minutes=16), ERASE, handle=ada.me.handle)

    assert exported["exportMyData"]["code"] == "STEP_UP_REQUIRED"
    assert erased["requestErasure"]["code"] == "STEP_UP_REQUIRED"


async def test_given_a_new_sign_in_when_a_member_goes_then_they_know_and_are_forgotten(
    door: Door,
) -> None:
    ada = await door.member(holding=5, name="Zebedee")
    fresh = _signed_in(door, ada, minutes=1)

    exported = await door.ask(fresh, EXPORT)
    erased = await door.ask(fresh, ERASE, handle=ada.me.handle)

    document = json.loads(exported["exportMyData"]["document"])
    assert document["members"][0]["member"][0]["name"] == "Zebedee"
    assert document["members"][0]["statement"][0]["amount"] == 5
    assert erased["requestErasure"]["pointsGivenUp"] == 5
    assert (await door.ask(fresh, "{ viewer { name } }"))["viewer"] is None


async def test_given_a_member_when_they_leave_then_they_are_nobody_until_they_join(
    door: Door,
) -> None:
    ada = await door.member()

    slip = await door.ask(ada, LEAVE, handle="somebody")
    left = await door.ask(ada, LEAVE, handle=ada.me.handle)

    assert slip["leaveProgramme"]["code"] == "NOT_CONFIRMED"
    assert left["leaveProgramme"]["__typename"] == "LeaveProgrammeSuccess"
    assert (await door.ask(ada, "{ viewer { name } }"))["viewer"] is None


async def test_given_a_duplicate_when_merged_and_undone_by_an_operator_then_so_it_is(
    door: Door,
) -> None:
    ada, twin = await door.member(holding=10), await door.member(holding=4)
    operator = await door.operator(Role.SUPPORT)
    ends = {"one": member_id(ada.me.id), "other": member_id(twin.me.id)}
    key = str(ids.new(clock.now()))

    merged = (await door.ask(operator, MERGE, **ends, key=key))["mergeMembers"]
    again = (await door.ask(operator, MERGE, **ends, key=key))["mergeMembers"]
    refused = (await door.ask(operator, MERGE, **ends, key=_key()))["mergeMembers"]

    assert (merged["merge"]["points"], again) == (4, merged)
    assert refused["code"] == "ALREADY_MERGED"
    assert (await door.ask(twin, "{ viewer { handle points { available } } }"))["viewer"] == {
        "handle": ada.me.handle,
        "points": {"available": 14},
    }
    looked = (await door.ask(operator, LOOK, id=ends["other"]))["member"]
    assert (looked["state"], looked["mergedIntoId"]) == ("MERGED", ends["one"])
    undone = await door.ask(operator, UNMERGE, id=merged["merge"]["id"], key=_key())
    assert undone["unmergeMembers"]["merge"]["undoneAt"] is not None
    assert (await door.ask(twin, "{ viewer { points { available } } }"))["viewer"] == {
        "points": {"available": 4}
    }


async def test_given_suggestions_when_an_operator_looks_then_they_are_there(door: Door) -> None:
    ada, twin = await door.member(), await door.member()
    operator = await door.operator(Role.SUPPORT)

    async def known(tx: Tx) -> None:
        from domain import duplicates

        for one in (ada.me, twin.me):
            await members.add_contact(
                one,
                kind=ContactKind.EMAIL,
                value="ada.twice@example.org",
                verified=True,
                at=clock.now(),
                tx=tx,
            )
        await duplicates.seek([ada.me.id], programme=ada.me.programme, at=clock.now(), tx=tx)

    await door.given(known)

    (found,) = (await door.ask(operator, SUGGESTED))["duplicateSuggestions"]["nodes"]
    assert (found["score"], found["reasons"]) == (95, ["EMAIL", "NAME"])
    assert {found["one"]["id"], found["other"]["id"]} == {
        member_id(ada.me.id),
        member_id(twin.me.id),
    }


async def test_given_operators_when_they_export_and_erase_then_only_who_may(door: Door) -> None:
    ada = await door.member(holding=3)
    admin, analyst = await door.operator(Role.ADMIN), await door.operator(Role.ANALYST)
    id = member_id(ada.me.id)

    assert (await door.ask(analyst, ERASE_MEMBER, id=id))["eraseMember"]["code"] == "NOT_PERMITTED"
    exported = (await door.ask(admin, EXPORT_MEMBER, id=id))["exportMember"]
    erased = (await door.ask(admin, ERASE_MEMBER, id=id))["eraseMember"]

    assert json.loads(exported["document"])["members"][0]["id"] == str(ada.me.id)
    assert erased["pointsGivenUp"] == 3
    assert (await door.ask(admin, LOOK, id=id))["member"]["state"] == "ERASED"


async def test_given_an_export_with_a_key_when_repeated_then_no_document_was_kept(
    door: Door,
) -> None:
    ada, admin = await door.member(name="Zebedee"), await door.operator(Role.ADMIN)
    mine, theirs = (str(ids.new(clock.now())) for _ in range(2))
    told = {"id": member_id(ada.me.id), "key": theirs}

    own = [(await door.ask(ada, EXPORT_ONCE, key=mine))["exportMyData"] for _ in range(2)]
    by_operator = [
        (await door.ask(admin, EXPORT_MEMBER_ONCE, **told))["exportMember"] for _ in range(2)
    ]

    kept = [await door.given(lambda tx, k=k: tx.value(KEPT, k)) for k in (mine, theirs)]
    assert ["Zebedee" in one[0]["document"] for one in (own, by_operator)] == [True, True]
    assert [one[1]["document"] for one in (own, by_operator)] == [None, None]
    assert not any("Zebedee" in text for text in kept)


async def test_given_a_sensitive_field_when_support_and_marketing_look_then_only_one_sees_it(
    door: Door,
) -> None:
    ada = await door.member()
    admin, support = await door.operator(Role.ADMIN), await door.operator(Role.SUPPORT)
    marketing = await door.operator(Role.MARKETING)
    id = member_id(ada.me.id)
    await door.ask(admin, DEFINE)

    done = (await door.ask(support, UPDATE_MEMBER, id=id))["updateMember"]

    assert done["__typename"] == "UpdateMemberSuccess"
    seen = (await door.ask(support, LOOK, id=id))["member"]["profile"]
    assert {"key": "shoes", "text": "red"} in seen
    hidden = (await door.ask(marketing, LOOK, id=id))["member"]["profile"]
    assert "shoes" not in {one["key"] for one in hidden}


async def test_given_a_programme_when_amended_then_members_see_it(door: Door) -> None:
    ada = await door.member("south")
    admin = await door.operator(Role.ADMIN, programme="south")

    wrong = (await door.ask(admin, AMEND, colour="green"))["updateProgramme"]
    done = (await door.ask(admin, AMEND, colour="#00aa11"))["updateProgramme"]

    assert (wrong["code"], wrong["path"]) == ("BAD_BRANDING", ["input", "colour"])
    assert done["programme"]["policies"] == {"expiryMonths": 6}
    assert (await door.ask(ada, ME))["viewer"]["programme"] == {
        "locales": ["en", "de"],
        "branding": {"displayName": "North!", "colour": "#00AA11", "logoUrl": None},
    }


def _key() -> str:
    return str(ids.new(clock.now()))


def _signed_in(door: Door, person: Person, *, minutes: int) -> Person:
    """The same member with a token that says when they signed in."""
    at = clock.now() - timedelta(minutes=minutes)
    claims = {"auth_time": int(at.timestamp())}
    token = door.issuer.mint(_subject(person), programme="north", at=clock.now(), **claims)
    return Person(token, person.me)


def _subject(person: Person) -> str:
    import base64

    body = person.token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=="))["sub"])


async def _define(door: Door, person: Person) -> None:
    async def define(tx: Tx) -> None:
        for field in members.STANDARD:
            await members.define(field, programme=person.me.programme, at=clock.now(), tx=tx)

    await door.given(define)
