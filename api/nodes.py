"""Nodes: the Relay interface, pages, and the cursors of pages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, Protocol, TypeVar
from uuid import UUID

import strawberry

from api.asking import Asking
from api.cursors import Cursors
from api.faults import Fault, FaultCode
from api.fields import argument, interface, output, said
from api.scalars import Cursor

FIRST_DEFAULT = 20
FIRST_MAX = 100

T = TypeVar("T")
R = TypeVar("R")

First = Annotated[int, argument(f"How many at most, 1 to {FIRST_MAX}.")]
After = Annotated[
    Cursor | None, argument("Go on after this place: `endCursor` of the page before.")
]


class Owner(Protocol):
    """Whose list it is: a member, an operator, a partner."""

    @property
    def id(self) -> UUID:
        """What the cursors of the list are bound to."""
        ...


@interface
class Node:
    """A thing that can be asked for again by its id."""

    id: strawberry.ID = said("The thing's global id. Opaque: never take it apart.")


@output
class PageInfo:
    """Where a page begins and ends, and whether there is more."""

    has_next_page: bool = said("True when there is a page after this one.")
    has_previous_page: bool = said("True when this page was asked for by `after`.")
    start_cursor: Cursor | None = said("The place of the first item; null on an empty page.")
    end_cursor: Cursor | None = said(
        "The place of the last item, for `after`; null on an empty page."
    )


@output
class Edge(Generic[T]):
    """One item of a page, and its place."""

    node: T = said("The item.")
    cursor: Cursor = said("The item's place in the list.")


@output
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = said("The items with their places.")
    nodes: list[T] = said("The items alone.")
    page_info: PageInfo = said("Where this page begins and ends.")


class Page(Generic[R]):
    """One request for a page: reads the cursor, says how many to fetch, builds the answer."""

    def __init__(
        self, of: str, asker: Owner, context: Asking, *, first: int, after: str | None
    ) -> None:
        if not 1 <= first <= FIRST_MAX:
            raise Fault(FaultCode.BAD_ARGUMENT, f"`first` must be between 1 and {FIRST_MAX}.")
        self._of, self._owner, self._first, self._after = of, asker.id, first, after
        self._cursors: Cursors = context.cursors

    @property
    def limit(self) -> int:
        """How many to fetch: one more than is shown, to know whether there is more."""
        return self._first + 1

    @property
    def position(self) -> bytes | None:
        """Where to go on; None for the first page. Raises Fault with BAD_CURSOR."""
        if self._after is None:
            return None
        return self._cursors.read(self._after, of=self._of, owner=self._owner)

    def shaped(
        self, found: Sequence[R], *, node: Callable[[R], T], place: Callable[[R], bytes]
    ) -> Connection[T]:
        """The page, from what was fetched."""
        shown = found[: self._first]
        edges = [Edge(node=node(one), cursor=self._cursor(place(one))) for one in shown]
        return Connection(
            edges=edges,
            nodes=[edge.node for edge in edges],
            page_info=PageInfo(
                has_next_page=len(found) > self._first,
                has_previous_page=self._after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )

    def _cursor(self, place: bytes) -> Cursor:
        return Cursor(self._cursors.make(place, of=self._of, owner=self._owner))
