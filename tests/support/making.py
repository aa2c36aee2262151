"""Making: requests made up from a schema, for tests that walk all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    Visitor,
    get_named_type,
    is_required_argument,
    parse,
    visit,
)

COMPOSITE = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
# Below what a document may ask for (api/limits.py).
FIELDS_MAX, DEEP_MAX = 200, 4
# Something of the right shape for each scalar, that names nothing there is.
SCALARS: Mapping[str, Any] = {
    "ID": "TQAAAAAAAAAAAAAAAAAAAAA",
    "String": "word",
    "Int": 1,
    "Float": 1.0,
    "Boolean": False,
    "DateTime": "2026-01-01T00:00:00Z",
    "Date": "2026-01-01",
    "Cursor": "AAAA",
    "URL": "https://example.com/",
    "Upload": None,
    "LocalTime": "06:30",
}


@dataclass(frozen=True)
class Question:
    """A document with its variables.

    names -- the fields from the root to the one that is asked for.
    ids   -- the names of the variables that are ids.
    """

    names: tuple[str, ...]
    document: str
    variables: Mapping[str, Any]
    ids: tuple[str, ...] = ()


def value(kind: GraphQLInputType) -> Any:
    """A value of an input type, with all that is required and nothing else."""
    if isinstance(kind, GraphQLNonNull):
        return value(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [value(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        required = {n: f for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)}
        return {name: value(field.type) for name, field in required.items()}
    return SCALARS.get(kind.name, 1)


def mutation(name: str, field: GraphQLField) -> Question:
    """A mutation that asks for its outcome only; `key` is the idempotency key it needs."""
    selection = "{ __typename ... on UserError { code } }"
    if "input" not in field.args:
        asked = f"{name} @idempotent(key: $key) {selection}"
        return Question((name,), f"mutation ($key: ID!) {{ {asked} }}", {})
    said = f"$input: {field.args['input'].type}, $key: ID!"
    document = f"mutation ({said}) {{ {name}(input: $input) @idempotent(key: $key) {selection} }}"
    return Question((name,), document, {"input": value(field.args["input"].type)})


def needs_a_file(field: GraphQLField) -> bool:
    """True when the input has a file in it, which only a multipart request can send."""
    kinds = [get_named_type(one.type) for one in field.args.values()]
    return any(
        get_named_type(one.type).name == "Upload"
        for kind in kinds
        if isinstance(kind, GraphQLInputObjectType)
        for one in kind.fields.values()
    )


def questions(schema: GraphQLSchema) -> Iterator[Question]:
    """Everything that can be read, in requests that are each within the limits."""
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        viewed = get_named_type(field.type)
        if name == "viewer" and isinstance(viewed, GraphQLObjectType):
            for inner, below in viewed.fields.items():
                yield from _asked(("viewer", inner), below)
        elif name != "node":
            yield from _asked((name,), field)


def _asked(names: tuple[str, ...], field: GraphQLField) -> Iterator[Question]:
    given = _required(field)
    declared = ", ".join(f"${name}: {one.type}" for name, one in given.items())
    call = names[-1] + (f"({', '.join(f'{name}: ${name}' for name in given)})" if given else "")
    for deep in range(DEEP_MAX, 0, -1):
        inner = f"{call} {selection(field.type, deep=deep)}"
        if names[:-1]:
            inner = f"viewer {{ __typename {inner} }}"
        document = f"query {f'({declared})' if declared else ''} {{ {inner} }}"
        if _fields(document) <= FIELDS_MAX:
            break
    ids = tuple(name for name, one in given.items() if get_named_type(one.type).name == "ID")
    for values in product(*map(_choices, given.values())):
        yield Question(names, document, dict(zip(given, values, strict=True)), ids)


def selection(kind: GraphQLOutputType, *, deep: int, seen: tuple[str, ...] = ()) -> str:
    """All that can be asked of a type without arguments, `deep` objects down; "" for a scalar."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLUnionType):
        parts = (f"... on {one.name} {selection(one, deep=deep, seen=seen)}" for one in named.types)
        return "{ __typename " + " ".join(parts) + " }"
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    found = ["__typename"]
    for name, field in named.fields.items():
        below = get_named_type(field.type)
        if _required(field) or below.name in seen:
            continue
        if not isinstance(below, COMPOSITE):
            found.append(name)
        elif deep:
            inner = selection(below, deep=deep - 1, seen=(*seen, named.name))
            found.append(f"{name} {inner}")
    return "{ " + " ".join(found) + " }"


def things(answer: object) -> Iterator[tuple[str, str]]:
    """The type and the id of everything in an answer that has both."""
    if isinstance(answer, list):
        for one in answer:
            yield from things(one)
    if isinstance(answer, dict):
        if "__typename" in answer and "id" in answer:
            yield answer["__typename"], answer["id"]
        for one in answer.values():
            yield from things(one)


def _required(field: GraphQLField) -> dict[str, GraphQLArgument]:
    return {name: one for name, one in field.args.items() if is_required_argument(one)}


def _choices(argument: GraphQLArgument) -> list[Any]:
    named = get_named_type(argument.type)
    return list(named.values) if isinstance(named, GraphQLEnumType) else [value(argument.type)]


def _fields(document: str) -> int:
    found: list[FieldNode] = []

    class Count(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            found.append(node)

    visit(parse(document), Count())
    return len(found)
