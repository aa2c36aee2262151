"""Limits: how much one document may ask for, measured before it is validated.

Measured first, because validating a hostile document is itself slow. Fragments are measured
once each and counted as often as they are spread, so a fragment bomb shows its true size.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from api.faults import FaultCode, OperationRefused

TOKENS_MAX = 1500
DEPTH_MAX = 12
ALIASES_MAX = 30
# Validation compares fields of one name pair by pair, so this bounds the time it may take.
FIELDS_MAX = 250
# The same for objects of one name side by side: each is compared with each, and so below them.
REPEATS_MAX = 10
DEFINITIONS_MAX = 50
DIRECTIVES_MAX = 20
VARIABLES_MAX = 100
ROOT_FIELDS_MAX: Mapping[OperationType, int] = {
    OperationType.QUERY: 10,
    OperationType.MUTATION: 3,
    OperationType.SUBSCRIPTION: 1,
}


@dataclass(frozen=True, slots=True)
class Size:
    """What one selection comes to, fragments spread out."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    wide: int = 0
    repeats: int = 0

    def beside(self, other: "Size") -> "Size":
        """Two selections of one level."""
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.directives + other.directives,
            self.wide + other.wide,
            max(self.repeats, other.repeats),
        )


@dataclass(slots=True)
class Measure:
    """Measures the selections of one document."""

    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Size] = field(default_factory=dict)
    within: dict[str, Counter[str]] = field(default_factory=dict)

    def selection(self, selection_set: SelectionSetNode | None) -> Size:
        """The size of a whole selection set."""
        total = Size()
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                size = self.field(node)
            elif isinstance(node, FragmentSpreadNode):
                size = self.fragment(node.name.value)
            else:
                size = self.selection(getattr(node, "selection_set", None))
            total = total.beside(size).beside(Size(directives=len(node.directives or ())))
        objects = self.objects(selection_set)
        return total.beside(Size(repeats=max(objects.values(), default=0)))

    def objects(self, selection_set: SelectionSetNode | None) -> Counter[str]:
        """How often each response name of an object stands at the level of a selection set."""
        found: Counter[str] = Counter()
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                if node.selection_set is not None:
                    found[(node.alias or node.name).value] += 1
            elif isinstance(node, FragmentSpreadNode):
                found += self.named(node.name.value)
            else:
                found += self.objects(getattr(node, "selection_set", None))
        return found

    def named(self, name: str) -> Counter[str]:
        """The same for a fragment, counted once."""
        if name not in self.within:
            self.within[name] = Counter()
            definition = self.fragments.get(name)
            self.within[name] = self.objects(definition.selection_set if definition else None)
        return self.within[name]

    def field(self, node: FieldNode) -> Size:
        """One field and what is below it; introspection has a depth rule of its own."""
        below = self.selection(node.selection_set)
        return Size(
            0 if node.name.value.startswith("__") else below.depth + 1,
            below.aliases + (node.alias is not None),
            below.fields + 1,
            below.directives,
            1,
            below.repeats,
        )

    def fragment(self, name: str) -> Size:
        """A fragment, measured once; one that contains itself is left to validation."""
        if name not in self.known:
            self.known[name] = Size()
            definition = self.fragments.get(name)
            self.known[name] = self.selection(definition.selection_set if definition else None)
        return self.known[name]


def check(document: DocumentNode, operation: OperationDefinitionNode) -> None:
    """Refuse a document that goes beyond a limit. Raises OperationRefused.

    Its other operations and its unused fragments count too: they are validated like the rest.
    """
    _at_most(DEFINITIONS_MAX, len(document.definitions), "definitions")
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    measure, size = Measure(fragments), Size()
    try:
        for node in document.definitions:
            size = size.beside(measure.selection(getattr(node, "selection_set", None)))
        spread = measure.selection(operation.selection_set)
    except RecursionError:
        size = spread = Size(depth=sys.getrecursionlimit())
    wide = ROOT_FIELDS_MAX[operation.operation]
    _at_most(DEPTH_MAX, size.depth, "levels")
    _at_most(ALIASES_MAX, size.aliases, "aliases")
    _at_most(FIELDS_MAX, size.fields, "fields")
    _at_most(DIRECTIVES_MAX, size.directives, "directives")
    _at_most(REPEATS_MAX, size.repeats, "objects of one name side by side")
    _at_most(wide, spread.wide, f"root fields of a {operation.operation.value}")
    _at_most(VARIABLES_MAX, len(operation.variable_definitions or ()), "variables")


def _at_most(most: int, asked: int, what: str) -> None:
    if asked > most:
        said = f"The document asks for {asked} {what}; {most} are allowed."
        raise OperationRefused(FaultCode.LIMIT_EXCEEDED, [GraphQLError(said)])
