"""The mutation by which apps tell what became of messages."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import inbox
from domain.inbox import RECEIPTS_MAX, Outcome, Receipt

V = strawberry.enum_value


@strawberry.enum(description="What became of a message on a device.")
class ReceiptKind(Enum):
    """What became of a message on a device."""

    DELIVERED = V("DELIVERED", description="It arrived.")
    OPENED = V("OPENED", description="You opened it, which is to have read it.")
    DISMISSED = V("DISMISSED", description="You wiped it away.")


@strawberry.enum(description="What became of a receipt.")
class ReceiptOutcome(Enum):
    """What became of a receipt."""

    RECORDED = V("RECORDED", description="It counts.")
    REPEATED = V(
        "REPEATED", description="It was told before, maybe by another device, and counts once."
    )
    NO_SUCH_ITEM = V(
        "NO_SUCH_ITEM", description="You were told no such thing, or it was forgotten by now."
    )
    CLOCK_AHEAD = V(
        "CLOCK_AHEAD",
        description="By the device's clock it has not happened yet, by more than five minutes.",
    )
    CLOCK_BEHIND = V(
        "CLOCK_BEHIND",
        description="By the device's clock it was before what the message tells of, by more than"
        " five minutes.",
    )


@input
class MessageReceiptInput:
    """What became of one message."""

    message: strawberry.ID = said(
        "The `id` that came with the push: `message` of an `InboxItem`. Its `id` is taken, too."
    )
    kind: ReceiptKind = said("What became of it.")
    at: Moment = said("When, by the device's clock.")
    device_id: strawberry.ID | None = said(
        "The id of the `Device`, where the app knows it.", default=None
    )


@input
class ReportMessagesInput:
    """What became of messages."""

    receipts: list[MessageReceiptInput] = said(f"{RECEIPTS_MAX} at most.")


@output
class ReportMessagesSuccess:
    """Each receipt is answered by itself: a bad one costs none of the others."""

    outcomes: list[ReceiptOutcome] = said("What became of each, in the order they were given.")
    viewer: Member = said("You, as you are now.")


ReportMessagesResult: TypeAlias = Annotated[
    ReportMessagesSuccess | RequestRefused, result("ReportMessagesResult")
]


async def _report(asked: ReportMessagesInput, act: Act) -> list[Outcome]:
    who = act.member
    receipts = [_receipt(one) for one in asked.receipts]
    found = await inbox.receive(
        receipts, member=who.id, programme=who.programme, at=act.at, tx=act.tx
    )
    return list(found)


async def _reported(outcomes: list[Outcome], context: Context) -> ReportMessagesSuccess:
    return ReportMessagesSuccess(
        outcomes=[ReceiptOutcome[one.name] for one in outcomes], viewer=await viewer_of(context)
    )


REPORT: Verb[list[Outcome], ReportMessagesResult] = Verb(
    list[Outcome], _report, _reported, on_watch=True
)


@output
class MessageMutations:
    """The mutation about what became of messages."""

    @mutation
    async def report_messages(
        self,
        info: Info,
        input: Annotated[ReportMessagesInput, argument("What became of messages.")],
    ) -> ReportMessagesResult | None:
        """Tell what became of messages on a device, as soon as there is a connection; telling it
        again counts once. Refuses TOO_MANY_RECEIPTS."""
        return await REPORT.perform(info, input)


def _receipt(told: MessageReceiptInput) -> Receipt:
    device = None if told.device_id is None else globalids.uuid_of(told.device_id, Kind.DEVICE)
    return Receipt(_message(told.message), inbox.Kind(told.kind.name), told.at, device)


def _message(id: str) -> UUID | None:
    """What a push or an inbox calls it; None for any other text."""
    try:
        return UUID(id) if len(id) == 36 else globalids.uuid_of(id, Kind.INBOX_ITEM)
    except ValueError:
        return None
