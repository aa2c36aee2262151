"""The operators' endpoint: who gets in, what their acts leave behind, and what they cannot do."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from api.ops.operators import operator_id
from api.ops.schema import build
from api.schema import BUILDS
from domain.operators import Role
from infra import clock, ids, issuing
from tests.support import given, making
from tests.support.client import Door, Person, Staff
from tests.support.documents import ERRORS

VIEWER = "{ viewer { name email roles permissions state } }"
LOG = """query ($by: ID, $first: Int! = 20, $after: Cursor) {
  auditLog(operatorId: $by, first: $first, after: $after) {
    nodes { id operatorId verb objects reason outcome at } pageInfo { endCursor hasNextPage }
  } }"""
INVITE = (
    """mutation ($email: String!, $roles: [Role!]!, $reason: String!, $key: ID!) {
  inviteOperator(input: {email: $email, name: "Bo", roles: $roles, reason: $reason})
    @idempotent(key: $key) { __typename ... on InviteOperatorSuccess { operator { id state } } """
    + ERRORS
    + " } }"
)
PLAIN = (
    'mutation ($id: ID!) { %s(input: {operatorId: $id, reason: "gone home"})'
    " { __typename " + ERRORS + " } }"
)


def key() -> str:
    return str(ids.new(clock.now()))


def address() -> str:
    return f"{key()[-12:]}@example.com"


async def log(door: Door, asker: Person, **said: Any) -> list[dict[str, Any]]:
    answer = await door.post({"query": LOG, "variables": said}, by=asker)
    return answer.json()["data"]["auditLog"]["nodes"]


async def invite(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    told = {"email": address(), "roles": ["SUPPORT"], "reason": "a new face", "key": key()}
    return (await door.ask(by, INVITE, **(told | said)))["inviteOperator"]


async def test_given_an_operator_when_asking_who_they_are_then_roles_and_permissions_are_told(
    door: Door,
) -> None:
    rep = await door.operator(Role.REP)

    viewer = (await door.ask(rep, VIEWER))["viewer"]

    assert (viewer["roles"], viewer["state"]) == (["REP"], "ACTIVE")
    assert viewer["permissions"] == [
        "CHALLENGES_READ", "CHALLENGES_WRITE", "OFFERS_READ", "PARTNERS_READ",
        "PARTNERS_WRITE", "PROGRAMME_READ", "REWARDS_READ", "RULES_READ", "TREATS_READ",
    ]  # fmt: skip


async def test_given_a_token_of_one_door_when_used_at_another_then_it_is_none_there(
    door: Door,
) -> None:
    ada, boss, garmin = await door.member(), await door.operator(), await door.partner()
    wrong = [
        replace(person, path=path)
        for person in (ada, boss, garmin)
        for path in ("/graphql", "/partner/graphql", "/ops/graphql")
        if person.path != path
    ]

    answers = [await door.post({"query": "{ viewer { id } }"}, by=each) for each in wrong]

    assert [one.status_code for one in answers] == [401] * 6
    assert {one.json()["errors"][0]["extensions"]["code"] for one in answers} == {"UNAUTHENTICATED"}


async def test_given_a_person_who_is_both_when_the_token_is_for_both_then_each_door_knows_them(
    door: Door,
) -> None:
    ada = await door.member()
    subject = await door.given(
        lambda tx: tx.value("SELECT subject FROM member_identity WHERE member = $1", ada.me.id)
    )
    home = await door.programme()
    await door.given(
        lambda tx: given.an_operator(home, issuer=issuing.ISSUER, subject=subject, tx=tx)
    )
    token = door.issuer.mint(
        subject,
        programme="north",
        at=clock.now(),
        audience=[issuing.AUDIENCE, issuing.OPERATORS],  # type: ignore[arg-type]
    )

    member = await door.ask(Person(token), "{ viewer { handle } }")
    operator = await door.ask(Person(token, path="/ops/graphql"), VIEWER)

    assert member["viewer"]["handle"] == ada.me.handle
    assert operator["viewer"]["roles"] == ["ADMIN"]


async def test_given_an_invitation_when_signing_in_with_the_verified_address_then_it_is_claimed(
    door: Door,
) -> None:
    boss, email, subject = await door.operator(), address(), key()
    invited = await invite(door, boss, email=email.upper())

    async def sign_in(**claims: Any) -> Any:
        person = Person(door.staff_token(subject, **claims), path="/ops/graphql")
        return (await door.ask(person, VIEWER))["viewer"]

    unproven = [
        await sign_in(),
        await sign_in(email=email),
        await sign_in(email=email, email_verified=False),
        await sign_in(email=f"x{email}", email_verified=True),
    ]
    first = await sign_in(email=email, email_verified=True)
    later = await sign_in()

    assert unproven == [None] * 4
    assert first == later
    assert (first["email"], first["roles"], first["state"]) == (email, ["SUPPORT"], "ACTIVE")
    (claimed,) = await log(door, boss, by=invited["operator"]["id"])
    assert (claimed["verb"], claimed["outcome"]) == ("claimInvitation", "DONE")


async def test_given_an_invitation_when_fields_race_to_claim_it_then_it_is_claimed_once(
    door: Door,
) -> None:
    boss, email = await door.operator(), address()
    await invite(door, boss, email=email)
    token = door.staff_token(key(), email=email, email_verified=True)
    person = Person(token, path="/ops/graphql")
    query = "{ a: viewer { name } b: viewer { name } programme { name } }"

    answers = await asyncio.gather(*(door.answer(person, query) for _ in range(5)))

    assert all(answer["data"]["a"] for answer in answers)
    claimed = [deed for deed in await log(door, boss) if deed["verb"] == "claimInvitation"]
    seen = (await door.ask(person, "{ viewer { id } }"))["viewer"]["id"]
    assert [deed["operatorId"] for deed in claimed].count(seen) == 1


async def test_given_an_operator_when_suspended_then_they_may_do_nothing_at_once(
    door: Door,
) -> None:
    boss, bo = await door.operator(), await door.operator()
    assert bo.operator is not None
    id = operator_id(bo.operator.id)

    await door.ask(boss, PLAIN % "suspendOperator", id=id)
    while_gone = await door.answer(bo, "{ viewer { name } partners { nodes { id } } }")
    tried = (await door.ask(bo, PLAIN % "suspendOperator", id=id))["suspendOperator"]
    await door.ask(boss, PLAIN % "reinstateOperator", id=id)
    back = await door.ask(bo, VIEWER)

    assert while_gone["data"] == {"viewer": None, "partners": None}
    assert while_gone["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
    assert tried["code"] == "NOT_AN_OPERATOR"
    assert back["viewer"]["state"] == "ACTIVE"


async def test_given_the_last_administrator_when_removed_by_themselves_then_it_is_refused(
    door: Door,
) -> None:
    boss = await door.operator(programme="lonely")
    assert boss.operator is not None
    id = operator_id(boss.operator.id)
    change = (
        "mutation ($id: ID!) { changeOperatorRoles(input: {operatorId: $id, roles: [REP],"
        ' reason: "x"}) { __typename ' + ERRORS + " } }"
    )

    suspended = (await door.ask(boss, PLAIN % "suspendOperator", id=id))["suspendOperator"]
    changed = (await door.ask(boss, change, id=id))["changeOperatorRoles"]

    assert (suspended["code"], suspended["path"]) == ("LAST_ADMIN", ["input", "operatorId"])
    assert changed["code"] == "LAST_ADMIN"


REFUSED = [
    ({"reason": " ", "email": "x", "roles": []}, "BAD_REASON", ["input", "reason"]),
    ({"reason": "for a@b.example", "email": "x"}, "BAD_REASON", ["input", "reason"]),
    ({"key": "x"}, "IDEMPOTENCY_KEY_INVALID", None),
    ({"email": "x", "roles": []}, "BAD_EMAIL", ["input", "email"]),
    ({"roles": []}, "BAD_ROLES", ["input", "roles"]),
    ({"roles": ["REP", "REP"]}, "BAD_ROLES", ["input", "roles"]),
]


@pytest.mark.parametrize(("said", "code", "path"), REFUSED)
async def test_given_a_fault_when_inviting_then_it_is_refused_and_written_down(
    door: Door, said: dict[str, Any], code: str, path: list[str] | None
) -> None:
    boss = await door.operator()

    refused = await invite(door, boss, **said)

    (deed, *_) = await log(door, boss)
    assert (refused["code"], refused["path"]) == (code, path)
    assert (deed["verb"], deed["outcome"], deed["objects"]) == ("inviteOperator", code, [])
    assert deed["reason"] == ("" if code == "BAD_REASON" else "a new face")


async def test_given_a_key_when_inviting_twice_then_it_is_done_and_written_down_once(
    door: Door,
) -> None:
    boss = await door.operator()
    said = {"email": address(), "key": key()}

    first, again = [await invite(door, boss, **said) for _ in range(2)]
    other = await invite(door, boss, **(said | {"reason": "another"}))

    assert boss.operator is not None
    deeds = await log(door, boss, by=operator_id(boss.operator.id))
    assert first == again
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert [deed["outcome"] for deed in deeds] == ["IDEMPOTENCY_KEY_REUSED", "DONE"]
    assert deeds[1]["objects"] == [first["operator"]["id"]]


async def test_given_an_operator_of_another_programme_when_named_then_they_are_not_there(
    door: Door,
) -> None:
    boss, foreign = await door.operator(), await door.operator(programme="south")
    assert foreign.operator is not None

    tried = await door.ask(boss, PLAIN % "suspendOperator", id=operator_id(foreign.operator.id))

    assert tried["suspendOperator"]["code"] == "NO_SUCH_OPERATOR"


async def test_given_something_typed_for_an_id_when_refused_then_the_log_does_not_keep_it(
    door: Door,
) -> None:
    boss = await door.operator()

    await door.ask(boss, PLAIN % "suspendOperator", id="ada@example.com")

    (deed, *_) = await log(door, boss)
    assert (deed["outcome"], deed["objects"]) == ("NO_SUCH_OPERATOR", [])


async def test_given_a_long_log_when_read_page_by_page_then_each_entry_comes_once(
    door: Door,
) -> None:
    boss = await door.operator(programme="paged")
    for _ in range(5):
        await invite(door, boss)
    seen, after = [], None
    while True:
        page = (await door.ask(boss, LOG, first=2, after=after))["auditLog"]
        seen += [deed["id"] for deed in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == 5


async def test_given_a_cursor_of_another_list_or_operator_when_used_then_it_is_refused(
    door: Door,
) -> None:
    boss, other = await door.operator(), await door.operator()
    await invite(door, boss)
    page = (await door.ask(boss, LOG, first=1))["auditLog"]
    after = page["pageInfo"]["endCursor"]
    operators = "query ($after: Cursor) { operators(after: $after) { nodes { id } } }"

    answers = [
        await door.answer(boss, operators, after=after),
        await door.answer(other, LOG, after=after),
    ]

    assert [a["errors"][0]["extensions"]["code"] for a in answers] == ["BAD_CURSOR"] * 2


MUTATIONS = build().mutation_type
assert MUTATIONS is not None


@pytest.fixture(scope="module")
async def pair(door: Door) -> tuple[Staff, Staff]:
    """One who may do everything, and one who may change nothing, in a programme of their own."""
    return (
        await door.operator(programme="watched"),
        await door.operator(Role.ANALYST, programme="watched"),
    )


@pytest.mark.parametrize("name", MUTATIONS.fields)
async def test_given_any_mutation_when_used_or_refused_then_the_log_has_one_row_of_it(
    door: Door, pair: tuple[Staff, Staff], name: str
) -> None:
    """Walked over the schema: a mutation that goes past the log fails here."""
    assert MUTATIONS is not None
    field = MUTATIONS.fields[name]
    question = making.mutation(name, field)
    boss, outcomes = pair[0], []
    before = {deed["id"] for deed in await log(door, boss, first=100)}

    for who in pair:
        said = {**question.variables, "key": key()}
        if making.needs_a_file(field):
            answer = await door.send_file(who, question.document, b"x", **said)
        else:
            answer = await door.answer(who, question.document, **said)
        told = answer["data"][name]
        outcomes.append(told.get("code") or "DONE")

    rows = [d for d in await log(door, boss, first=100) if d["id"] not in before]
    assert [(row["verb"], row["outcome"]) for row in reversed(rows)] == [
        (name, outcome) for outcome in outcomes
    ]
    assert outcomes[1] == "NOT_PERMITTED"
    assert all(row["reason"] == "word" for row in rows)


def test_every_schema_has_a_file_of_its_own() -> None:
    assert sorted(file.name for file in BUILDS) == [
        "ops.graphql", "partner.graphql", "schema.graphql",
    ]  # fmt: skip
