"""The mutation by which a partner reports an order whose shop speaks no webhooks."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import purchases
from domain.partners import Scope
from domain.purchases import Buyer, Line, Payment, Refund, Snapshot

V = strawberry.enum_value
LINES_MAX = 1_000


@strawberry.enum(description="How an order stands; only a PAID one counts.")
class OrderPayment(Enum):
    """How an order stands."""

    UNPAID = V("UNPAID", description="Not paid yet, or not any more.")
    PAID = V("PAID", description="Paid; some of it may have been refunded since.")
    REFUNDED = V("REFUNDED", description="Refunded whole.")
    CANCELLED = V("CANCELLED", description="Cancelled.")
    DELETED = V("DELETED", description="Deleted; it never counts again.")


@input
class OrderLineInput:
    """One line of an order, after its discounts."""

    id: str = said("Your id of the line, unique in the order; 64 characters at most.")
    product: str = said("What you call the thing, such as its SKU.", default="")
    quantity: int = said("How many pieces, 0 or more.")
    net: str = said('All pieces together without tax, such as "19.90".')
    tax: str = said('The tax on them, such as "3.98".', default="0")


@input
class OrderRefundLineInput:
    """Pieces of one line that came back."""

    line_id: str = said("The id of the line.")
    quantity: int = said("How many pieces.")


@input
class OrderRefundInput:
    """What was given back at once. A refund never changes."""

    id: str = said("Your id of the refund, unique in the order.")
    lines: list[OrderRefundLineInput] = said("What came back, 1,000 lines at most.")
    beyond_lines: str = said(
        "What else was given back of the goods, without tax; below 0: less than the lines say.",
        default="0",
    )


@input
class ReportOrderInput:
    """An order as it stands now, with all of its refunds."""

    order_id: str = said("Your id of the order; 64 characters at most.")
    updated_at: Moment = said("When it last changed; the newest is believed.")
    ordered_at: Moment = said("When it was placed; never changes.")
    payment: OrderPayment = said("How it stands.")
    currency: str = said("ISO 4217, such as EUR.")
    member_ref: str | None = said(
        "Whose it is: how you call the member, as linked, or their loyalty number.", default=None
    )
    lines: list[OrderLineInput] = said("Its lines, 1,000 at most.")
    shipping: str = said("Shipping without tax.", default="0")
    refunds: list[OrderRefundInput] = said(
        "Its refunds so far, 1,000 at most.", default_factory=list
    )


@output
class Order:
    """What came of an order."""

    order_id: str = said("Your id of the order.")
    assigned: bool = said("True when it is known whose it is; it may become known later.")
    counted_minor: Points = said(
        "What counts now, in minor units of the programme's currency; 0 until it is assigned."
    )


@output
class ReportOrderSuccess:
    """The order is taken; reporting it again, or late, changes nothing."""

    order: Order = said("What came of it.")


ReportOrderResult: TypeAlias = Annotated[
    ReportOrderSuccess | RequestRefused, result("ReportOrderResult")
]


async def _take(asked: ReportOrderInput, act: PartnerAct) -> purchases.Purchase:
    currency = purchases.sound_currency(asked.currency)
    order = _short(asked.order_id, "order_id")
    if len(asked.lines) > LINES_MAX or len(asked.refunds) > LINES_MAX:
        raise purchases.BadOrder("lines", f"at most {LINES_MAX} lines and refunds")
    messages: list[purchases.Message] = [_snapshot(asked, order, currency)]
    messages += [_refund(refund, order, currency) for refund in asked.refunds]
    if asked.payment is OrderPayment.DELETED:
        messages = [purchases.Deletion(order)]
    source = f"partner:{act.partner.slug}"
    return await purchases.take(
        messages, source=source, programme=act.programme.id, at=act.at, tx=act.tx
    )


def _snapshot(asked: ReportOrderInput, order: str, currency: str) -> Snapshot:
    deleted = asked.payment is OrderPayment.DELETED
    ref = asked.member_ref
    return Snapshot(
        order=order,
        updated_at=_utc(asked.updated_at),
        payment=Payment.CANCELLED if deleted else Payment[asked.payment.name],
        currency=currency,
        ordered_at=_utc(asked.ordered_at),
        lines=tuple(
            Line(
                line=_short(line.id, "lines"),
                product=_short(line.product, "lines", least=0),
                quantity=_pieces(line.quantity),
                net_minor=purchases.minor(line.net, currency, where="lines"),
                tax_minor=purchases.minor(line.tax, currency, where="lines"),
            )
            for line in asked.lines
        ),
        shipping_minor=purchases.minor(asked.shipping, currency, where="shipping"),
        # A partner may link its own refs; whoever has none is found by the loyalty number.
        buyer=Buyer(loyalty=None if ref is None else _short(ref, "member_ref")),
    )


def _refund(refund: OrderRefundInput, order: str, currency: str) -> Refund:
    if len(refund.lines) > LINES_MAX:
        raise purchases.BadOrder("refunds", f"at most {LINES_MAX} lines")
    return Refund(
        order=order,
        refund=_short(refund.id, "refunds"),
        lines=tuple(
            sorted(
                (_short(each.line_id, "refunds"), _pieces(each.quantity)) for each in refund.lines
            )
        ),
        loose_minor=purchases.minor(refund.beyond_lines, currency, where="refunds"),
    )


def _returned(line: OrderRefundLineInput) -> tuple[str, int]:
    return _short(line.line_id, "refunds"), _pieces(line.quantity)


def _short(text: str, where: str, *, least: int = 1) -> str:
    if not least <= len(text) <= 64 or not text.isprintable():
        raise purchases.BadOrder(where, "must be at most 64 printable characters")
    return text


def _pieces(quantity: int) -> int:
    if not 0 <= quantity <= 1_000_000:
        raise purchases.BadOrder("lines", "must be a whole number of pieces")
    return quantity


def _utc(at: datetime) -> datetime:
    # One spelling of one time: whether a report is new is told by its words.
    return at.astimezone(UTC)


async def _taken(purchase: purchases.Purchase, context: PartnerContext) -> ReportOrderSuccess:
    return ReportOrderSuccess(
        order=Order(
            order_id=purchase.order,
            assigned=purchase.member is not None,
            counted_minor=Points(purchase.counted_minor),
        )
    )


TAKE: PartnerVerb[purchases.Purchase, ReportOrderResult] = PartnerVerb(
    purchases.Purchase, _take, _taken, scope=Scope.ORDERS_WRITE, moves=True
)


@output
class OrderMutations:
    """Mutations about orders."""

    @mutation
    async def report_order(
        self, info: PartnerInfo, input: Annotated[ReportOrderInput, argument("The order.")]
    ) -> ReportOrderResult | None:
        """Tell of an order, or of what became of it: it earns by what is paid and kept. Needs
        ORDERS_WRITE and `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, BAD_CURRENCY,
        BAD_ORDER, NO_PURCHASE_POLICY."""
        return await TAKE.perform(info, input)
