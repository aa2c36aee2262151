"""Mutations about asking for points."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.pointrequests import PointRequest
from api.refusals import (
    InsufficientPoints,
    PointRequestClosed,
    RequestRefused,
    StepUpRequired,
    TooManyOpen,
    TransferOverLimit,
    TransferTooEarly,
    result,
)
from api.scalars import Points
from api.transferring import NOBODY
from api.transfers import Transfer
from domain import transfers


@input
class RequestPointsInput:
    """What to ask for, and whom."""

    friend_id: strawberry.ID = said("The friend who is asked: the id of a `Friend`.")
    points: Points = said("How many points, 1 or more.")
    memo: str | None = said("A word to the friend, 140 characters at most.", default=None)


@input
class PayPointRequestInput:
    """Which request to pay."""

    request_id: strawberry.ID = said("The id of a `PointRequest` that you received.")
    memo: str | None = said("A word to the friend, 140 characters at most.", default=None)


@input
class DeclinePointRequestInput:
    """Which request to decline."""

    request_id: strawberry.ID = said("The id of a `PointRequest` that you received.")


@input
class CancelPointRequestInput:
    """Which request to take back."""

    request_id: strawberry.ID = said("The id of a `PointRequest` that you sent.")


@output
class RequestPointsSuccess:
    """The friend is asked."""

    request: PointRequest = said("The request as it stood when it was made.")
    viewer: Member = said("You, as you are now.")


@output
class PayPointRequestSuccess:
    """It is paid. The transfer may still wait for something; its state says so."""

    request: PointRequest = said("The request as it stood when it was paid.")
    transfer: Transfer = said("The transfer that paid it, as it stood then.")
    viewer: Member = said("You, as you are now.")


@output
class DeclinePointRequestSuccess:
    """The request is gone from your list; the other one is not told."""

    request_id: strawberry.ID = said("The request that you declined.")
    viewer: Member = said("You, as you are now.")


@output
class CancelPointRequestSuccess:
    """The request is taken back."""

    request: PointRequest = said("The request as it stands.")
    viewer: Member = said("You, as you are now.")


RequestPointsResult: TypeAlias = Annotated[
    RequestPointsSuccess | TransferOverLimit | TooManyOpen | RequestRefused,
    result("RequestPointsResult"),
]
PayPointRequestResult: TypeAlias = Annotated[
    PayPointRequestSuccess
    | InsufficientPoints
    | TransferOverLimit
    | TransferTooEarly
    | TooManyOpen
    | StepUpRequired
    | PointRequestClosed
    | RequestRefused,
    result("PayPointRequestResult"),
]
DeclinePointRequestResult: TypeAlias = Annotated[
    DeclinePointRequestSuccess | PointRequestClosed | RequestRefused,
    result("DeclinePointRequestResult"),
]
CancelPointRequestResult: TypeAlias = Annotated[
    CancelPointRequestSuccess | PointRequestClosed | RequestRefused,
    result("CancelPointRequestResult"),
]


async def _request(asked: RequestPointsInput, act: Act) -> transfers.PointRequest:
    return await transfers.ask(
        asked.points,
        asker=act.member,
        payer=friend_of(asked.friend_id) or NOBODY,
        memo=asked.memo,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _pay(asked: PayPointRequestInput, act: Act) -> transfers.Payment:
    return await transfers.pay(
        _asked(asked.request_id),
        member=act.member,
        memo=asked.memo,
        id=act.id,
        at=act.at,
        authenticated_at=act.identity.authenticated_at,
        tx=act.tx,
    )


async def _decline(asked: DeclinePointRequestInput, act: Act) -> UUID:
    id = _asked(asked.request_id)
    await transfers.decline_request(id, member=act.member, at=act.at, tx=act.tx)
    return id


async def _cancel(asked: CancelPointRequestInput, act: Act) -> transfers.PointRequest:
    id = _asked(asked.request_id)
    return await transfers.cancel_request(id, member=act.member, at=act.at, tx=act.tx)


def _asked(id: strawberry.ID) -> UUID:
    return globalids.uuid_of(id, Kind.POINT_REQUEST) or NOBODY


async def _requested(request: transfers.PointRequest, context: Context) -> RequestPointsSuccess:
    viewer = await viewer_of(context)
    return RequestPointsSuccess(request=PointRequest.of(request, viewer.record.id), viewer=viewer)


async def _paid(payment: transfers.Payment, context: Context) -> PayPointRequestSuccess:
    viewer = await viewer_of(context)
    return PayPointRequestSuccess(
        request=PointRequest.of(payment.request, viewer.record.id),
        transfer=Transfer.of(payment.transfer, viewer.record.id),
        viewer=viewer,
    )


async def _declined(id: UUID, context: Context) -> DeclinePointRequestSuccess:
    named = globalids.of(Kind.POINT_REQUEST, id)
    return DeclinePointRequestSuccess(request_id=named, viewer=await viewer_of(context))


async def _cancelled(
    request: transfers.PointRequest, context: Context
) -> CancelPointRequestSuccess:
    viewer = await viewer_of(context)
    return CancelPointRequestSuccess(
        request=PointRequest.of(request, viewer.record.id), viewer=viewer
    )


REQUEST: Verb[transfers.PointRequest, RequestPointsResult] = Verb(
    transfers.PointRequest, _request, _requested, paths={"receiver": "friend_id"}
)
PAY: Verb[transfers.Payment, PayPointRequestResult] = Verb(
    transfers.Payment, _pay, _paid, moves=True
)
DECLINE: Verb[UUID, DeclinePointRequestResult] = Verb(UUID, _decline, _declined)
CANCEL: Verb[transfers.PointRequest, CancelPointRequestResult] = Verb(
    transfers.PointRequest, _cancel, _cancelled
)


@output
class PointRequestMutations:
    """Mutations about asking for points."""

    @mutation
    async def request_points(
        self, info: Info, input: Annotated[RequestPointsInput, argument("What, and whom.")]
    ) -> RequestPointsResult | None:
        """Ask a friend for points. Refuses BAD_POINTS, BAD_MEMO, SELF_TRANSFER, NO_SUCH_MEMBER,
        NOT_FRIENDS, OVER_TRANSFER_LIMIT, ALREADY_ASKED, TOO_MANY_POINT_REQUESTS."""
        return await REQUEST.perform(info, input)

    @mutation
    async def pay_point_request(
        self, info: Info, input: Annotated[PayPointRequestInput, argument("Which request.")]
    ) -> PayPointRequestResult | None:
        """Pay what a friend asked for; they need not accept it. Needs `@idempotent`. Refuses
        NO_SUCH_POINT_REQUEST, POINT_REQUEST_NOT_YOURS, POINT_REQUEST_CLOSED, and whatever
        `sendPoints` refuses."""
        return await PAY.perform(info, input)

    @mutation
    async def decline_point_request(
        self, info: Info, input: Annotated[DeclinePointRequestInput, argument("Which request.")]
    ) -> DeclinePointRequestResult | None:
        """Say no to a request; the other one is not told. Refuses NO_SUCH_POINT_REQUEST,
        POINT_REQUEST_NOT_YOURS, POINT_REQUEST_CLOSED."""
        return await DECLINE.perform(info, input)

    @mutation
    async def cancel_point_request(
        self, info: Info, input: Annotated[CancelPointRequestInput, argument("Which request.")]
    ) -> CancelPointRequestResult | None:
        """Take back a request of yours. Refuses NO_SUCH_POINT_REQUEST,
        POINT_REQUEST_NOT_YOURS, POINT_REQUEST_CLOSED."""
        return await CANCEL.perform(info, input)
