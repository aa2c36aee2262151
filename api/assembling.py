"""Assembling: a schema from its parts, and its text."""

from typing import Any, cast

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api import idempotency, resolving
from api.fields import described
from api.scalars import SCALARS


def assemble(
    query: type,
    *,
    queries: tuple[type, ...] = (),
    mutations: tuple[type, ...],
    actors: str,
    subscription: type | None = None,
) -> GraphQLSchema:
    """The executable schema.

    query     -- the type called Query, whose docstring describes it; `queries` add their fields.
    mutations -- the types whose fields are those of Mutation.
    actors    -- whom the mutations are for, such as "a member".
    """
    whole = merge_types("Query", (query, *queries)) if queries else query
    cast(Any, whole).__strawberry_definition__.description = described(query)
    mutation = merge_types("Mutation", mutations)
    cast(Any, mutation).__strawberry_definition__.description = (
        f"Everything {actors} can do. Each mutation answers with a union: what was done, or why"
        " not. Null only with an entry in `errors`."
    )
    built = strawberry.Schema(
        query=whole,
        mutation=mutation,
        subscription=subscription,
        directives=[idempotency.directive],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    return resolving.shorten(built._schema)


def text(schema: GraphQLSchema) -> str:
    """The schema as SDL, sorted, so that a change shows as just that change."""
    return print_schema(lexicographic_sort_schema(schema)) + "\n"
