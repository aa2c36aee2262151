"""Executing: run one prepared operation and shape what comes out.

This is the one place that knows graphql-core does it. A compiled executor can replace it
behind the same two functions.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, TypeGuard

from graphql import ExecutionResult, GraphQLSchema, OperationType, execute
from graphql.execution import Executor, create_source_event_stream
from graphql.pyutils import is_awaitable as is_awaitable_at_all

from api import faults
from api.asking import Asking
from api.context import Context
from api.faults import Fault, FaultCode, OperationRefused
from api.live_sharing import Executed, Question, Told, encoded
from api.operations import Operation
from infra import clock

SECONDS_MAX: Mapping[OperationType, float] = {
    OperationType.QUERY: 5.0,
    OperationType.MUTATION: 10.0,
    OperationType.SUBSCRIPTION: 5.0,
}


# What most values are: they need not be asked whether they can be awaited.
PLAIN = frozenset({bool, dict, int, list, str, date, datetime, NoneType})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation came to."""

    data: Mapping[str, Any] | None
    errors: tuple[Mapping[str, Any], ...] = ()

    def shaped(self) -> dict[str, Any]:
        """The response, `errors` first, as the specification suggests."""
        said: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        return said | {"data": self.data}


async def run(
    schema: GraphQLSchema,
    operation: Operation,
    variables: Mapping[str, Any],
    context: Asking,
    root: object = None,
) -> Answer:
    """Run a query or a mutation, or one event of a subscription.

    root -- the event; None for a query or a mutation.
    Raises OperationRefused when the variables do not fit, Fault when it takes too long or the
    session of whoever asks was ended.
    """
    try:
        async with asyncio.timeout(SECONDS_MAX[operation.kind]):
            found = execute(
                schema,
                operation.document,
                root,
                context,
                dict(variables),
                operation.name,
                is_awaitable=is_awaitable,
                hide_suggestions=True,
            )
            return _answer(found if isinstance(found, ExecutionResult) else await found, context)
    except TimeoutError as error:
        raise Fault(FaultCode.TIMEOUT, "This took too long.", status=503) from error
    finally:
        await context.rest()


async def stream(
    schema: GraphQLSchema, operation: Operation, variables: Mapping[str, Any], context: Context
) -> AsyncGenerator[Told, None]:
    """Run a subscription: what is told of each event, executed once for all who asked the same.

    Raises OperationRefused, Fault.
    """
    executor = Executor.build(
        schema,
        operation.document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation.name,
        hide_suggestions=True,
    )
    if isinstance(executor, list):
        raise OperationRefused(FaultCode.BAD_VARIABLES, executor)
    opened: Any = create_source_event_stream(executor)
    events = await opened if asyncio.iscoroutine(opened) else opened
    if isinstance(events, ExecutionResult):
        yield Told(encoded(_answer(events, context).shaped()))
        return
    question = Question.of(schema, operation, variables)
    async with aclosing(events):
        async for event in events:

            async def executed(event: object = event) -> Executed:
                again = context.renewed(at=clock.now())
                answer = await run(schema, operation, variables, again, event)
                return answer.shaped(), not answer.errors

            yield await question.told(event, executed)


def is_awaitable(value: object) -> TypeGuard[Awaitable[Any]]:
    """What graphql-core would say, sooner: it asks this several times for each field."""
    return type(value) not in PLAIN and is_awaitable_at_all(value)


def _answer(found: ExecutionResult, context: Asking) -> Answer:
    errors = found.errors or []
    if context.denied is not None:
        raise context.denied
    if found.data is None and errors and all(error.path is None for error in errors):
        raise OperationRefused(FaultCode.BAD_VARIABLES, errors)
    return Answer(found.data, tuple(faults.shaped(e, context.request_id) for e in errors))
