"""Mutations about transfers."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import (
    InsufficientPoints,
    RequestRefused,
    StepUpRequired,
    TooManyOpen,
    TransferClosed,
    TransferOverLimit,
    TransferTooEarly,
    result,
)
from api.scalars import Points
from api.transfers import Transfer
from domain import transfers

Answering: TypeAlias = Callable[..., Awaitable[transfers.Transfer]]


@input
class SendPointsInput:
    """What to send, and to whom."""

    friend_id: strawberry.ID = said("The friend who gets them: the id of a `Friend`.")
    points: Points = said("How many points, 1 or more.")
    memo: str | None = said("A word to the friend, 140 characters at most.", default=None)


@input
class AcceptTransferInput:
    """Which offer to accept."""

    transfer_id: strawberry.ID = said("The id of a `Transfer` that you received.")


@input
class DeclineTransferInput:
    """Which offer to decline."""

    transfer_id: strawberry.ID = said("The id of a `Transfer` that you received.")


@input
class CancelTransferInput:
    """Which offer to take back."""

    transfer_id: strawberry.ID = said("The id of a `Transfer` that you sent.")


@output
class Transferred:
    """The transfer, as it stood when the request was carried out, and you as you are now."""

    transfer: Transfer = said("The transfer as it stood when the request was carried out.")
    viewer: Member = said("You, as you are now.")


@output
class SendPointsSuccess(Transferred):
    """The points are on their way, or with the friend already if they accept automatically.

    The state says when they wait for something else first: REVIEW, COOLING."""


@output
class AcceptTransferSuccess(Transferred):
    """The points are yours."""


@output
class DeclineTransferSuccess(Transferred):
    """The points went back to the sender."""


@output
class CancelTransferSuccess(Transferred):
    """The points are yours again."""


SendPointsResult: TypeAlias = Annotated[
    SendPointsSuccess
    | InsufficientPoints
    | TransferOverLimit
    | TransferTooEarly
    | TooManyOpen
    | StepUpRequired
    | RequestRefused,
    result("SendPointsResult"),
]
AcceptTransferResult: TypeAlias = Annotated[
    AcceptTransferSuccess | TransferClosed | RequestRefused, result("AcceptTransferResult")
]
DeclineTransferResult: TypeAlias = Annotated[
    DeclineTransferSuccess | TransferClosed | RequestRefused, result("DeclineTransferResult")
]
CancelTransferResult: TypeAlias = Annotated[
    CancelTransferSuccess | TransferClosed | RequestRefused, result("CancelTransferResult")
]


async def _send(asked: SendPointsInput, act: Act) -> transfers.Transfer:
    return await transfers.send(
        asked.points,
        sender=act.member,
        receiver=friend_of(asked.friend_id) or NOBODY,
        memo=asked.memo,
        id=act.id,
        at=act.at,
        authenticated_at=act.identity.authenticated_at,
        tx=act.tx,
    )


# No member has this id, so whatever is no friend's id is refused by the domain's own rules.
NOBODY = UUID(int=0)


def _answering(verb: Answering) -> Callable[[Any, Act], Awaitable[transfers.Transfer]]:
    async def run(asked: Any, act: Act) -> transfers.Transfer:
        id = globalids.uuid_of(asked.transfer_id, Kind.TRANSFER) or NOBODY
        return await verb(id, member=act.member, at=act.at, tx=act.tx)

    return run


def _shaped(kind: type[Transferred]) -> Callable[[transfers.Transfer, Context], Awaitable[Any]]:
    async def shape(transfer: transfers.Transfer, context: Context) -> Transferred:
        viewer = await viewer_of(context)
        return kind(transfer=Transfer.of(transfer, viewer.record.id), viewer=viewer)

    return shape


SEND: Verb[transfers.Transfer, SendPointsResult] = Verb(
    transfers.Transfer,
    _send,
    _shaped(SendPointsSuccess),
    moves=True,
    paths={"receiver": "friend_id"},
)
ACCEPT: Verb[transfers.Transfer, AcceptTransferResult] = Verb(
    transfers.Transfer,
    _answering(transfers.accept),
    _shaped(AcceptTransferSuccess),
    moves=True,
    on_watch=True,
)
DECLINE: Verb[transfers.Transfer, DeclineTransferResult] = Verb(
    transfers.Transfer,
    _answering(transfers.decline),
    _shaped(DeclineTransferSuccess),
    moves=True,
    on_watch=True,
)
CANCEL: Verb[transfers.Transfer, CancelTransferResult] = Verb(
    transfers.Transfer, _answering(transfers.cancel), _shaped(CancelTransferSuccess), moves=True
)


@output
class TransferMutations:
    """Mutations about transfers."""

    @mutation
    async def send_points(
        self, info: Info, input: Annotated[SendPointsInput, argument("What, and to whom.")]
    ) -> SendPointsResult | None:
        """Give points to a friend. They wait for the friend's answer, set aside, unless the
        friend accepts automatically. Needs `@idempotent`. Refuses BAD_POINTS, BAD_MEMO,
        SELF_TRANSFER, NO_SUCH_MEMBER, NOT_FRIENDS, SENDER_TOO_NEW, FRIEND_TOO_NEW,
        OVER_TRANSFER_LIMIT, OVER_DAY_LIMIT, OVER_PAIR_DAY_LIMIT, OVER_PAIR_MONTH_LIMIT,
        TOO_MANY_OFFERS, STEP_UP_REQUIRED, INSUFFICIENT_POINTS."""
        return await SEND.perform(info, input)

    @mutation
    async def accept_transfer(
        self, info: Info, input: Annotated[AcceptTransferInput, argument("Which offer.")]
    ) -> AcceptTransferResult | None:
        """Take the points that a friend offered. Needs `@idempotent`. Refuses
        NO_SUCH_TRANSFER, TRANSFER_NOT_YOURS, TRANSFER_CLOSED, TRANSFER_ON_HOLD."""
        return await ACCEPT.perform(info, input)

    @mutation
    async def decline_transfer(
        self, info: Info, input: Annotated[DeclineTransferInput, argument("Which offer.")]
    ) -> DeclineTransferResult | None:
        """Send back the points that a friend offered. Needs `@idempotent`. Refuses
        NO_SUCH_TRANSFER, TRANSFER_NOT_YOURS, TRANSFER_CLOSED, TRANSFER_ON_HOLD."""
        return await DECLINE.perform(info, input)

    @mutation
    async def cancel_transfer(
        self, info: Info, input: Annotated[CancelTransferInput, argument("Which offer.")]
    ) -> CancelTransferResult | None:
        """Take back an offer that waits for its answer. Needs `@idempotent`. Refuses
        NO_SUCH_TRANSFER, TRANSFER_NOT_YOURS, TRANSFER_CLOSED."""
        return await CANCEL.perform(info, input)
