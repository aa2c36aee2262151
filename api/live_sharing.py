"""Sharing: what is told to many is executed and encoded once for all of them.

Followers of one topic who sent the same document, with the same variables but for their place,
are told the same but for a few plain fields of the event itself: their own. So the first of them
executes the document and the others fill their own fields into its text. What is below the event's
own fields must not depend on who asks; an event says by its key for whom it is the same.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    visit,
)

from api.operations import Operation

KEPT_MAX = 32
PLACE = "after"

Executed: TypeAlias = tuple[Mapping[str, Any], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """One event for one follower: the response as JSON text, and the place to go on from."""

    payload: str
    cursor: str | None = None


@dataclass(slots=True)
class Encodings:
    """The last forms of one topic, the least used leaving first; one that is being made is waited
    for."""

    _kept: OrderedDict[Hashable, "asyncio.Future[Form | None]"] = field(default_factory=OrderedDict)

    async def form(self, key: Hashable, make: Callable[[], Awaitable["Form"]]) -> "Form":
        """The form under that key, made by whoever comes first.

        When that fails it fails for them alone, and so it does for each who waited for it.
        """
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            # Shielded: who stops waiting must not stop the others.
            made = found.result() if found.done() else await asyncio.shield(found)
            return await make() if made is None else made
        making = self._kept[key] = asyncio.get_running_loop().create_future()
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        form: Form | None = None
        try:
            form = await make()
            return form
        finally:
            making.set_result(form if form and form.sound else None)
            if self._kept.get(key) is making and not (form and form.sound):
                del self._kept[key]


@dataclass(frozen=True, slots=True)
class Sharing:
    """For whom else an event is the same.

    key -- of everything that is told but for what is the follower's own.
    own -- the event's plain fields that are, by their name in the schema, with the attribute.
    """

    kept: Encodings
    key: Hashable
    own: Mapping[str, str] = field(default_factory=dict)


class Event(Protocol):
    """What a subscription yields."""

    cursor: Any
    sharing: Any


@dataclass(frozen=True, slots=True)
class Gap:
    """The place of one of the follower's own fields."""

    attribute: str
    serialize: Callable[[Any], Any]

    def filled(self, event: Event) -> str:
        """What stands there for the follower of that event."""
        value = getattr(event, self.attribute)
        return "null" if value is None else encoded(self.serialize(value))


@dataclass(frozen=True, slots=True)
class Form:
    """One response as text with gaps; sound -- False: it has errors, and is nobody else's."""

    pieces: tuple[str | Gap, ...]
    sound: bool = True

    def filled(self, event: Event) -> str:
        """The response for the follower of that event."""
        return "".join([p if isinstance(p, str) else p.filled(event) for p in self.pieces])


@dataclass(frozen=True, slots=True)
class Question:
    """One subscription as asked: what it has in common with others that are answered alike."""

    schema: GraphQLSchema
    operation: Operation
    variables: bytes

    @classmethod
    def of(
        cls, schema: GraphQLSchema, operation: Operation, variables: Mapping[str, Any]
    ) -> "Question":
        """The question, apart from the place to go on from, where that is used for nothing else."""
        place = _place_of(operation)
        said = {name: value for name, value in variables.items() if name != place}
        plain = orjson.dumps(said, default=repr, option=orjson.OPT_SORT_KEYS)
        return cls(schema, operation, plain)

    async def told(self, event: Event, execute: Callable[[], Awaitable[Executed]]) -> Told:
        """The event, executed here or by somebody who asked the same. Raises Fault."""
        sharing: Sharing = event.sharing

        async def make() -> Form:
            answer, sound = await execute()
            return self._form(answer, sharing.own, sound=sound)

        key = (self.operation, self.variables, sharing.key)
        form = await sharing.kept.form(key, make)
        return Told(form.filled(event), str(event.cursor))

    def _form(self, answer: Mapping[str, Any], own: Mapping[str, str], *, sound: bool) -> Form:
        gaps = dict(self._gaps(own)) if own and sound else {}
        if not gaps:
            return Form((encoded(answer),), sound)
        ((name, event),) = answer["data"].items()
        pieces: list[str | Gap] = ['{"data":{' + encoded(name) + ":{"]
        for number, (key, value) in enumerate(event.items()):
            pieces.append(("," if number else "") + encoded(key) + ":")
            pieces.append(gaps[key] if key in gaps else encoded(value))
        pieces.append("}}}")
        return Form(tuple(_joined(pieces)))

    def _gaps(self, own: Mapping[str, str]) -> Iterator[tuple[str, Gap]]:
        """The follower's own fields, by the key that the document gives them."""
        document, root = self.operation.document, self.schema.subscription_type
        assert root is not None, "there is something to subscribe to"
        (asked,) = _fields(self.operation.definition.selection_set, document)
        kind = get_named_type(root.fields[asked.name.value].type)
        assert isinstance(kind, GraphQLObjectType), "an event has fields"
        assert asked.selection_set is not None, "an object is asked for its fields"
        for node in _fields(asked.selection_set, document):
            if (attribute := own.get(node.name.value)) is not None:
                leaf = get_named_type(kind.fields[node.name.value].type)
                assert isinstance(leaf, GraphQLScalarType), "what is a follower's own is plain"
                yield (node.alias or node.name).value, Gap(attribute, leaf.coerce_output_value)


def encoded(value: object) -> str:
    """JSON as text."""
    return orjson.dumps(value).decode()


def _joined(pieces: list[str | Gap]) -> Iterator[str | Gap]:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        yield text
        yield piece
        text = ""
    yield text


def _fields(selection: SelectionSetNode, document: DocumentNode) -> Iterator[FieldNode]:
    """The fields of a selection, those of its fragments too."""
    named = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(named[node.name.value].selection_set, document)
        else:
            yield from _fields(node.selection_set, document)  # type: ignore[attr-defined]


class _Uses(Visitor):
    """Counts how often each variable is named."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.append(node.name.value)


def _place_of(operation: Operation) -> str | None:
    """The variable that says the place and nothing else; None: there is none."""
    asked = next(_fields(operation.definition.selection_set, operation.document))
    for argument in asked.arguments or ():
        if argument.name.value == PLACE and isinstance(argument.value, VariableNode):
            name, uses = argument.value.name.value, _Uses()
            visit(operation.document, uses)
            # Its definition, and here.
            return name if uses.names.count(name) == 2 else None
    return None
