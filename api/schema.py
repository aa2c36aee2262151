"""Schema: the list of what the app offers, and its text.

`python -m api.schema` writes schema.graphql; a test holds it equal to the code.
"""

import sys
from pathlib import Path
from typing import Any, cast

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api import idempotency, resolving
from api.befriending import FriendMutations
from api.blocking import BlockMutations
from api.finding import Query
from api.profile import ProfileMutations
from api.scalars import SCALARS
from api.transferring import TransferMutations
from api.uploading import UploadMutations
from api.watching import Subscription

FILE = Path(__file__).parent.parent / "schema.graphql"
MUTATIONS = (
    BlockMutations,
    FriendMutations,
    ProfileMutations,
    TransferMutations,
    UploadMutations,
)


def build() -> GraphQLSchema:
    """The executable schema."""
    mutation = merge_types("Mutation", MUTATIONS)
    cast(Any, mutation).__strawberry_definition__.description = (
        "Everything a member can do. Each mutation answers with a union: what was done, or why"
        " not. Null only with an entry in `errors`."
    )
    built = strawberry.Schema(
        query=Query,
        mutation=mutation,
        subscription=Subscription,
        directives=[idempotency.directive],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    return resolving.shorten(built._schema)


def text(schema: GraphQLSchema) -> str:
    """The schema as SDL, sorted, so that a change shows as just that change."""
    return print_schema(lexicographic_sort_schema(schema)) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(build()))
    sys.stdout.write(f"wrote {FILE.name}\n")
