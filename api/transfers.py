"""Transfers, as GraphQL."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import Connection, Node, Page
from api.people import PublicMember, other
from api.scalars import Moment, Points
from api.states import Direction, TransferState
from domain import transfers
from domain.members import Member as Asker


@output
class Transfer(Node):
    """Points from one member to another."""

    direction: Direction = said("SENT by you, or RECEIVED by you.")
    points: Points = said("How many points.")
    memo: str | None = said("What the sender wrote.")
    state: TransferState = said("Where it stands.")
    sent_at: Moment = said("When it was sent.")
    expires_at: Moment | None = said(
        "When an unanswered one goes back; null when it arrived without asking."
    )
    ready_at: Moment | None = said("When a COOLING one goes on; null when it need not cool.")
    resolved_at: Moment | None = said("When it was answered; null while it waits.")
    other_id: strawberry.Private[UUID]

    @asked
    async def member(self, info: Info) -> PublicMember:
        """The other one: whom you sent it to, or who sent it."""
        return await other(self.other_id, info)

    @classmethod
    def of(cls, transfer: transfers.Transfer, asker: UUID) -> "Transfer":
        """A transfer, as one of its two ends sees it."""
        sent = transfer.sender == asker
        return cls(
            id=globalids.of(Kind.TRANSFER, transfer.id),
            direction=Direction.SENT if sent else Direction.RECEIVED,
            points=Points(transfer.points),
            memo=transfer.memo,
            state=TransferState[transfer.state],
            sent_at=Moment(transfer.sent_at),
            expires_at=_moment(transfer.expires_at),
            ready_at=_moment(transfer.ready_at),
            resolved_at=_moment(transfer.resolved_at),
            other_id=transfer.receiver if sent else transfer.sender,
        )


States = Annotated[
    list[TransferState] | None, argument("Only those that stand so; all when it is not said.")
]
Whose = Annotated[
    Direction | None, argument("Only those from you, or to you; both when it is not said.")
]


async def transfers_page(
    asker: Asker,
    context: Context,
    *,
    states: list[TransferState] | None,
    direction: Direction | None,
    first: int,
    after: str | None,
) -> Connection[Transfer]:
    """One page of the asker's transfers; a cursor belongs to the filter it was made under."""
    chosen = None if states is None else sorted({state.name for state in states})
    name = f"transfers {chosen} {direction and direction.name}"
    page = Page[transfers.Transfer](name, asker, context, first=first, after=after)
    async with context.reading() as tx:
        found = await transfers.listed(
            asker,
            before=None if page.position is None else UUID(bytes=page.position),
            states=None if chosen is None else [transfers.State[name] for name in chosen],
            sent=None if direction is None else direction is Direction.SENT,
            limit=page.limit,
            tx=tx,
        )
    return page.shaped(
        found, node=lambda one: Transfer.of(one, asker.id), place=lambda one: one.id.bytes
    )


def _moment(at: object) -> Moment | None:
    return None if at is None else Moment(at)  # type: ignore[arg-type]
