"""Transfers that the screen held, and the mutations that decide them."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import RequestRefused, TransferClosed, result
from api.scalars import Moment, Points
from api.states import TransferState
from domain import transfers
from domain.operators import Permission

V = strawberry.enum_value


@strawberry.enum(description="What about a transfer made the screen hold it.")
class ReviewReason(Enum):
    """What made the screen hold a transfer."""

    FAN_IN = V("FAN_IN", description="Many members give to one.")
    FAN_OUT = V("FAN_OUT", description="One member gives to many.")
    BACK_AND_FORTH = V("BACK_AND_FORTH", description="About the same points come and go.")
    PASSED_ON = V("PASSED_ON", description="Several new members give one nearly all they have.")
    NEAR_LIMIT = V("NEAR_LIMIT", description="Transfer after transfer stays just below a limit.")


@output
class Transfer(Node):
    """Points from one member to another. What they wrote is not shown."""

    sender_id: strawberry.ID = said("The id of the member who sent it.")
    receiver_id: strawberry.ID = said("The id of the member it is for.")
    points: Points = said("How many points.")
    state: TransferState = said("Where it stands.")
    sent_at: Moment = said("When it was sent.")
    expires_at: Moment | None = said("When it goes back by itself; null: it does not.")

    @classmethod
    def of(cls, transfer: transfers.Transfer) -> "Transfer":
        """A transfer, as operators see it."""
        expires_at = transfer.expires_at
        return cls(
            id=globalids.of(Kind.TRANSFER, transfer.id),
            sender_id=globalids.of(Kind.MEMBER, transfer.sender),
            receiver_id=globalids.of(Kind.MEMBER, transfer.receiver),
            points=Points(transfer.points),
            state=TransferState[transfer.state],
            sent_at=Moment(transfer.sent_at),
            expires_at=None if expires_at is None else Moment(expires_at),
        )


@output
class ScreenFacts:
    """What the screen counted, this transfer included, in the hours that the policy says."""

    senders: int = said("How many members gave to the receiver.")
    arrived: Points = said("How many points they gave.")
    receivers: int = said("How many members got from the sender.")
    gone: Points = said("How many points they got.")
    forth: int = said("How often about the same points went to the receiver.")
    back: int = said("How often about the same points came back.")
    drained: bool = said("True: the sender is new and gives nearly all they ever had.")
    drains: int = said("How many such senders the receiver has.")
    near_limit: int = said("How many of the sender's transfers stay just below the same limit.")


@output
class TransferReview:
    """A transfer that waits for an operator."""

    transfer: Transfer = said("The transfer.")
    reasons: list[ReviewReason] = said("Why it is held: one to five.")
    facts: ScreenFacts = said("By what numbers.")
    held_at: Moment = said("Since when.")

    @classmethod
    def of(cls, review: transfers.Review) -> "TransferReview":
        """A held transfer, as operators see it."""
        facts = {name: review.facts[name] for name in ScreenFacts.__annotations__}
        return cls(
            transfer=Transfer.of(review.transfer),
            reasons=[ReviewReason[reason.name] for reason in review.reasons],
            facts=ScreenFacts(**facts),
            held_at=Moment(review.held_at),
        )


@output
class TransferQueries:
    """What operators see of transfers."""

    @permitted(Permission.TRANSFERS_READ)
    async def transfers_under_review(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[TransferReview] | None:
        """Transfers that wait for an operator, oldest first."""
        context = info.context
        asker = await context.allowed(Permission.TRANSFERS_READ)
        page = Page[transfers.Review]("reviews", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await transfers.reviews(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=TransferReview.of, place=lambda one: one.transfer.id.bytes)


@input
class ApproveTransferInput:
    """Which transfer to let go on."""

    transfer_id: strawberry.ID = said("The id of a `Transfer` under review.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RejectTransferInput:
    """Which transfer to send back."""

    transfer_id: strawberry.ID = said("The id of a `Transfer` under review.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class TransferDecided:
    """The transfer, as the decision left it."""

    transfer: Transfer = said("The transfer, as the decision left it.")


@output
class ApproveTransferSuccess(TransferDecided):
    """It goes on as if it had never been held."""


@output
class RejectTransferSuccess(TransferDecided):
    """The points are the sender's again. The sender learns that, but not why."""


ApproveTransferResult: TypeAlias = Annotated[
    ApproveTransferSuccess | TransferClosed | RequestRefused, result("ApproveTransferResult")
]
RejectTransferResult: TypeAlias = Annotated[
    RejectTransferSuccess | TransferClosed | RequestRefused, result("RejectTransferResult")
]


def _deciding(*, approved: bool) -> Callable[[Any, OpsAct], Awaitable[transfers.Transfer]]:
    async def run(asked: Any, act: OpsAct) -> transfers.Transfer:
        return await transfers.decide(
            _transfer_of(asked.transfer_id),
            programme=act.programme.id,
            approved=approved,
            operator=act.operator.id,
            at=act.at,
            tx=act.tx,
        )

    return run


def _transfer_of(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.TRANSFER) or NOBODY


def _shaped(kind: type[TransferDecided]) -> Any:
    async def shape(transfer: transfers.Transfer, context: OpsContext) -> TransferDecided:
        return kind(transfer=Transfer.of(transfer))

    return shape


REVIEW = Permission.TRANSFERS_REVIEW
APPROVE: OpsVerb[transfers.Transfer, ApproveTransferResult] = OpsVerb(
    transfers.Transfer,
    _deciding(approved=True),
    _shaped(ApproveTransferSuccess),
    permission=REVIEW,
    moves=True,
)
REJECT: OpsVerb[transfers.Transfer, RejectTransferResult] = OpsVerb(
    transfers.Transfer,
    _deciding(approved=False),
    _shaped(RejectTransferSuccess),
    permission=REVIEW,
    moves=True,
)


@output
class TransferMutations:
    """Mutations about transfers under review."""

    @mutation
    async def approve_transfer(
        self, info: OpsInfo, input: Annotated[ApproveTransferInput, argument("Which transfer.")]
    ) -> ApproveTransferResult | None:
        """Let a held transfer go on. Needs TRANSFERS_REVIEW and `@idempotent`. Refuses
        NO_SUCH_TRANSFER, TRANSFER_NOT_IN_REVIEW."""
        return await APPROVE.perform(info, input)

    @mutation
    async def reject_transfer(
        self, info: OpsInfo, input: Annotated[RejectTransferInput, argument("Which transfer.")]
    ) -> RejectTransferResult | None:
        """Send a held transfer back. Needs TRANSFERS_REVIEW and `@idempotent`. Refuses
        NO_SUCH_TRANSFER, TRANSFER_NOT_IN_REVIEW."""
        return await REJECT.perform(info, input)
