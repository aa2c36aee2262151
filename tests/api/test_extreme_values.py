"""The edges of every input, walked over all mutations: a refusal each, never a fault of ours."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
)

from api import schema
from api.ops.schema import build as build_ops
from api.partner.schema import build as build_partner
from infra import clock, ids
from tests.support import making
from tests.support.client import Door, Person

SCHEMAS: Mapping[str, GraphQLSchema] = {
    "members": schema.build(),
    "partners": build_partner(),
    "operators": build_ops(),
}
EDGES: Mapping[str, Mapping[str, Any]] = {
    "least": {
        "String": "\0",
        "ID": "\0",
        "Int": -(2**31),
        "Float": -1e308,
        "Points": -(2**53),
        "Quantity": -(2**53),
        "DateTime": "0001-01-01T00:00:00Z",
        "Date": "0001-01-01",
        "LocalTime": "00:00",
        "JSON": {},
    },
    "most": {
        "String": "\U0010ffff" * 1000,
        "Int": 2**31 - 1,
        "Float": 1e308,
        "Points": 2**53,
        "Quantity": 2**53,
        "DateTime": "9999-12-31T23:59:59Z",
        "Date": "9999-12-31",
        "LocalTime": "24:00",
        "Boolean": True,
        "JSON": [],
    },
}


def walk() -> Iterator[tuple[str, str]]:
    for name, built in SCHEMAS.items():
        assert built.mutation_type is not None
        for row, field in built.mutation_type.fields.items():
            if not making.needs_a_file(field):
                yield name, row


def filled(kind: Any, edges: Mapping[str, Any], within: tuple[str, ...] = ()) -> Any:
    """A value of an input type with everything in it, optional or not.

    within -- the types around it: what may contain itself does not.
    """
    if isinstance(kind, GraphQLNonNull):
        return filled(kind.of_type, edges, within)
    if isinstance(kind, GraphQLList):
        return [filled(kind.of_type, edges, within)]
    if isinstance(kind, GraphQLInputObjectType):
        inside = (*within, kind.name)
        return {
            name: filled(field.type, edges, inside)
            for name, field in kind.fields.items()
            if get_named_type(field.type).name not in inside
        }
    return edges.get(kind.name, making.value(kind))


async def somebody(door: Door, name: str) -> Person:
    """Somebody who may do everything there."""
    if name == "members":
        return await door.member(holding=10)
    return await (door.partner() if name == "partners" else door.operator())


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize(("name", "row"), list(walk()))
async def test_given_values_at_the_edge_when_using_a_mutation_then_nothing_of_ours_fails(
    door: Door, name: str, row: str, edge: str
) -> None:
    mutations = SCHEMAS[name].mutation_type
    assert mutations is not None
    field = mutations.fields[row]
    question = making.mutation(row, field)
    input = filled(field.args["input"].type, EDGES[edge])

    answer = await door.answer(
        await somebody(door, name), question.document, input=input, key=str(ids.new(clock.now()))
    )

    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"BAD_VARIABLES", "LIMIT_EXCEEDED"}, answer
