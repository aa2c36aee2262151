"""Operations: a document parsed, measured and validated once, then kept.

Nothing here runs an operation. The rules are made once: rule classes made anew for each
request would never let a cache of validated documents hit.

Members may introspect the schema, as deep as graphql-core's own rule allows: it is published as
schema.graphql anyway. What they may run is free too, until released apps register their documents.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from api import limits
from api.faults import Fault, FaultCode, OperationRefused

KEPT_MAX = 512
ERRORS_MAX = 5


# One is equal to itself alone: it is kept, and compared for each event of a subscription.
@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation that may run: what an executor needs and nothing about the request."""

    document: DocumentNode
    definition: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.definition.operation

    @property
    def name(self) -> str | None:
        """What the client called it; good for a log or a span, not for a decision."""
        return self.definition.name.value if self.definition.name else None


@dataclass(slots=True)
class Operations:
    """The documents this process has seen, the least used leaving first."""

    schema: GraphQLSchema
    kept: OrderedDict[tuple[str, str | None], Operation] = field(default_factory=OrderedDict)

    def prepare(self, query: str, name: str | None) -> Operation:
        """The operation of that name, or the only one. Raises OperationRefused or Fault."""
        key = (query, name)
        operation = self.kept.get(key)
        if operation is None:
            operation = self._prepare(query, name)
            self.kept[key] = operation
            if len(self.kept) > KEPT_MAX:
                self.kept.popitem(last=False)
        else:
            self.kept.move_to_end(key)
        return operation

    def _prepare(self, query: str, name: str | None) -> Operation:
        document = _parsed(query)
        definition = _chosen(document, name)
        limits.check(document, definition)
        errors = validate(self.schema, document, max_errors=ERRORS_MAX)
        if errors:
            raise OperationRefused(FaultCode.VALIDATION_FAILED, errors)
        return Operation(document, definition)


def _parsed(query: str) -> DocumentNode:
    try:
        return parse(query, max_tokens=limits.TOKENS_MAX)
    except GraphQLSyntaxError as error:
        # The parser says in its text alone that it stopped at a limit of ours or Python's.
        stopped = error.message.endswith("Parsing aborted.")
        code = FaultCode.LIMIT_EXCEEDED if stopped else FaultCode.PARSE_FAILED
        raise OperationRefused(code, [error]) from error


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """GetOperation() of the GraphQL specification."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        found = [d for d in found if d.name is not None and d.name.value == name]
    if not found:
        raise Fault(FaultCode.BAD_REQUEST, "The document has no such operation.")
    if len(found) > 1:
        raise Fault(FaultCode.BAD_REQUEST, "Say by `operationName` which operation to run.")
    return found[0]
