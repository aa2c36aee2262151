"""Who sees and does what, walked over every field and every mutation of the three schemas.

The rows are in tests/api/authorisation, a module an area; a field without a row fails, and so
does a row without a field. What a row says is then tried: mutations with inputs made up from
the schema, reads by asking for everything as everybody and comparing whose things came back.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter

from api import schema
from api.ops.context import PERMISSION
from api.ops.schema import build as build_ops
from api.partner.context import SCOPE
from api.partner.schema import build as build_partner
from domain.operators import PERMISSIONS, Role
from domain.partners import Scope
from infra import clock, ids
from tests.api import authorisation
from tests.api.authorisation.cast import Cast, assemble
from tests.api.authorisation.who import WITH_PARENT
from tests.support import making
from tests.support.client import Door, Person

AREAS: Sequence[ModuleType] = [
    import_module(f"{authorisation.__name__}.{area.name}")
    for area in iter_modules(authorisation.__path__)
]
MEMBERS, PARTNERS, OPS = schema.build(), build_partner(), build_ops()
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
# What every schema has, and what only carries what somebody else answered for.
CARRIERS = ("Connection", "Edge", "Success")


def rows(name: str) -> dict[str, Any]:
    """The rows of all areas for one schema; none may be there twice."""
    found: dict[str, Any] = {}
    for area in AREAS:
        told: Mapping[str, Any] = getattr(area, name, {})
        assert not found.keys() & told.keys(), f"{area.__name__} repeats a row"
        found |= told
    return found


SCHEMAS: Mapping[str, tuple[GraphQLSchema, dict[str, Any]]] = {
    "members": (MEMBERS, rows("MEMBER")),
    "partners": (PARTNERS, rows("PARTNER")),
    "operators": (OPS, rows("OPS")),
}


def fields(built: GraphQLSchema) -> Iterator[str]:
    """Every field that needs a row."""
    for name, kind in built.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or name.startswith("__"):
            continue
        refusal = "UserError" in {one.name for one in kind.interfaces}
        if name != "PageInfo" and not name.endswith(CARRIERS) and not refusal:
            yield from (f"{name}.{field}" for field in kind.fields)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_has_a_row_and_every_row_a_field(name: str) -> None:
    built, told = SCHEMAS[name]

    there = set(fields(built))

    assert (sorted(there - told.keys()), sorted(told.keys() - there)) == ([], [])


@pytest.mark.parametrize(("name", "word"), [("operators", PERMISSION), ("partners", SCOPE)])
def test_every_field_declares_what_its_row_says(name: str, word: str) -> None:
    built, told = SCHEMAS[name]
    wrong = []

    for row, needed in told.items():
        kind, field = row.split(".")
        if kind == "Mutation":
            continue
        found = built.type_map[kind].fields[field]  # type: ignore[attr-defined]
        known = found.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        declared = known.metadata.get(word)
        expected = None if needed is WITH_PARENT else needed
        if isinstance(expected, Scope):
            expected = (expected,)
        if declared != expected or (declared is not None and str(found.type).endswith("!")):
            wrong.append((row, declared, str(found.type)))

    assert wrong == []


def mutations(name: str) -> list[str]:
    return [row for row in SCHEMAS[name][1] if row.startswith("Mutation.")]


async def outcome(door: Door, by: Person, built: GraphQLSchema, row: str) -> str:
    """The code with which a made-up mutation is refused; its type when it is not."""
    name = row.removeprefix("Mutation.")
    assert built.mutation_type is not None
    field = built.mutation_type.fields[name]
    question = making.mutation(name, field)
    said = {**question.variables, "key": str(ids.new(clock.now()))}
    if making.needs_a_file(field):
        answer = await door.send_file(by, question.document, b"x", **said)
    else:
        answer = await door.answer(by, question.document, **said)
    assert answer.get("data"), (row, answer)
    told = answer["data"][name]
    return told.get("code") or told["__typename"]


@pytest.fixture(scope="module")
async def staff(door: Door) -> dict[str, Person]:
    """Somebody of each role, an administrator of another programme, and nobody in particular."""
    found: dict[str, Person] = {str(role): await door.operator(role) for role in Role}
    found["south"] = await door.operator(Role.ADMIN, programme="south")
    found["nobody"] = Person(door.staff_token("nobody"), path="/ops/graphql")
    return found


@pytest.mark.parametrize("row", mutations("operators"))
async def test_given_each_role_when_using_a_mutation_then_only_the_rows_permission_lets_it_in(
    door: Door, staff: dict[str, Person], row: str
) -> None:
    needed = SCHEMAS["operators"][1][row]

    codes = {role: await outcome(door, staff[role], OPS, row) for role in Role}
    nobody = await outcome(door, staff["nobody"], OPS, row)

    refused = {role for role, code in codes.items() if code == "NOT_PERMITTED"}
    assert refused == {role for role in Role if needed not in PERMISSIONS[role]}
    assert nobody == "NOT_AN_OPERATOR"


@pytest.mark.parametrize("row", [r for r in SCHEMAS["operators"][1] if r.startswith("Query.")])
async def test_given_each_role_when_reading_a_field_then_only_the_rows_permission_lets_it_in(
    door: Door, staff: dict[str, Person], row: str
) -> None:
    needed, name = SCHEMAS["operators"][1][row], row.removeprefix("Query.")
    asked = [q for q in making.questions(OPS) if q.names[-1 if name != "viewer" else 0] == name]
    refused = set()

    for who, person in staff.items():
        answer = await door.answer(person, asked[0].document, **asked[0].variables)
        codes = {e["extensions"]["code"] for e in answer.get("errors", ()) if e["path"] == [name]}
        assert codes <= {"NOT_PERMITTED"}, answer
        if codes:
            refused.add(who)

    lacking = {str(role) for role in Role if needed and needed not in PERMISSIONS[role]}
    assert refused == (lacking | {"nobody"} if needed else set())


@pytest.mark.parametrize("row", mutations("partners"))
async def test_given_each_scope_when_using_a_mutation_then_only_the_rows_scope_lets_it_in(
    door: Door, row: str
) -> None:
    needed = SCHEMAS["partners"][1][row]

    codes = {s: await outcome(door, await door.partner(s), PARTNERS, row) for s in Scope}

    assert {s for s, code in codes.items() if code != "SCOPE_MISSING"} == {needed}


@pytest.mark.parametrize("row", mutations("members"))
async def test_given_somebody_who_has_not_joined_when_using_a_mutation_then_as_the_row_says(
    door: Door, row: str
) -> None:
    who = SCHEMAS["members"][1][row]

    newcomer = await outcome(door, door.stranger(), MEMBERS, row)
    member = await outcome(door, await door.member(), MEMBERS, row)

    assert (newcomer == "NOT_A_MEMBER") == ("noah" not in who)
    assert member != "NOT_A_MEMBER"


async def crawl(
    door: Door, by: Person, built: GraphQLSchema, known: Sequence[str] = ()
) -> set[tuple[str, str]]:
    """Whatever somebody can read, asking for everything, also by the ids that others know."""
    found: set[tuple[str, str]] = set()
    for question in making.questions(built):
        for id in known if question.ids else ("",):
            said = {**question.variables, **dict.fromkeys(question.ids, id)}
            answer = await door.answer(by, question.document, **said)
            problems = {error["extensions"]["code"] for error in answer.get("errors", ())}
            assert problems <= {"NOT_PERMITTED", "BAD_ARGUMENT"}, (question, answer)
            found |= set(making.things(answer.get("data")))
    return found


@pytest.fixture(scope="module")
async def cast(door: Door) -> Cast:
    people = await assemble(door)
    for area in AREAS:
        if build := getattr(area, "scene", None):
            await build(door, people)
    return people


@pytest.fixture(scope="module")
async def adas(door: Door, cast: Cast) -> set[tuple[str, str]]:
    """Everything with an id that Ada can read, and what the areas know beside it."""
    found = await crawl(door, cast.ada, MEMBERS)
    for area in AREAS:
        for kind, thing in getattr(area, "THINGS", {}).items():
            found.add((kind, await thing(door, cast)))
    return found


NODES = [
    kind.name
    for kind in MEMBERS.type_map.values()
    if isinstance(kind, GraphQLObjectType) and "Node" in {one.name for one in kind.interfaces}
]


@pytest.mark.parametrize("kind", NODES)
async def test_given_a_thing_of_adas_when_asked_for_by_its_id_then_as_the_row_says(
    door: Door, cast: Cast, adas: set[tuple[str, str]], kind: str
) -> None:
    mine = [id for name, id in adas if name == kind]
    assert mine, f"no scene makes a {kind} of Ada's: add one to tests/api/authorisation"
    expected = SCHEMAS["members"][1][f"{kind}.id"]

    for id in mine:
        seen = set()
        for name, person in cast.everybody().items():
            answer = await door.ask(person, NODE, id=id)
            assert answer["node"] in (None, {"__typename": kind, "id": id})
            if answer["node"] is not None:
                seen.add(name)

        assert seen == expected


@pytest.mark.parametrize("who", ["bob", "eve", "finn", "noah"])
async def test_given_somebody_who_asks_for_everything_then_of_adas_comes_what_the_rows_say(
    door: Door, cast: Cast, adas: set[tuple[str, str]], who: str
) -> None:
    told = SCHEMAS["members"][1]

    found = await crawl(door, cast.everybody()[who], MEMBERS, known=[id for _, id in adas])

    assert {kind for kind, _ in found & adas if who not in told[f"{kind}.id"]} == set()


async def test_given_an_administrator_of_another_programme_then_nothing_of_this_one_comes(
    door: Door, cast: Cast, staff: dict[str, Person]
) -> None:
    await door.partner()
    north = await crawl(door, staff["ADMIN"], OPS)
    north |= await crawl(door, staff["ADMIN"], OPS, known=[id for _, id in north])

    south = await crawl(door, staff["south"], OPS, known=[id for _, id in north])

    assert {kind for kind, _ in north} >= {"Partner", "Operator", "Programme", "AuditEntry"}
    assert {kind for kind, _ in south} >= {"Operator", "Programme"}
    assert north & south == set()


async def test_given_a_partner_of_another_programme_then_nothing_of_this_ones_comes(
    door: Door,
) -> None:
    one, other = await door.partner(), await door.partner(programme="south")
    beside = await door.partner()

    north = await crawl(door, one, PARTNERS)
    known = [id for _, id in north]
    south = await crawl(door, other, PARTNERS, known=known)
    same = await crawl(door, beside, PARTNERS, known=known)

    assert {kind for kind, _ in north} >= {"Partner", "PartnerKey", "Programme"}
    assert north & south == set()
    assert {kind for kind, _ in north & same} == {"Programme"}
