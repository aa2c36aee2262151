"""Shops, as operators see them: which ones may send orders, and what of an order counts."""

from datetime import timedelta
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
from api.refusals import RequestRefused, result
from domain import purchases
from domain.operators import Permission

V = strawberry.enum_value
OVERLAP_HOURS_MAX = 24 * 30


@strawberry.enum(description="The shop systems whose webhooks are understood.")
class ShopKind(Enum):
    """The shop systems whose webhooks are understood."""

    SHOPIFY = V("SHOPIFY", description="Shopify; subscribe to orders/* and refunds/create.")
    WOOCOMMERCE = V("WOOCOMMERCE", description="WooCommerce; subscribe to order.*.")


@output
class Shop(Node):
    """A shop that sends its orders."""

    slug: str = said("Its short name; its orders come from the source `shop:` and this.")
    kind: ShopKind = said("What it runs on.")
    domain: str = said("The host its webhooks must come from.")
    open: bool = said("False once it was closed: then nothing more is taken from it.")
    webhook_path: str = said("Where its webhooks go, on this host.")

    @classmethod
    def of(cls, shop: purchases.Shop) -> "Shop":
        """A shop, as operators see it."""
        return cls(
            id=shop_id(shop.id),
            slug=shop.slug,
            kind=ShopKind[shop.kind.name],
            domain=shop.domain,
            open=shop.open,
            webhook_path=f"/partner/shops/{shop.id}/{shop.kind.lower()}",
        )


@output
class PurchasePolicy:
    """What of a purchase counts in the programme."""

    currency: str = said("ISO 4217; orders in another currency count for nothing.")
    taxes: bool = said("True when taxes count like goods.")
    shipping: bool = said("True when shipping counts like goods.")

    @classmethod
    def of(cls, policy: purchases.Policy) -> "PurchasePolicy":
        """A policy, as operators see it."""
        return cls(currency=policy.currency, taxes=policy.taxes, shipping=policy.shipping)


@output
class ShopQueries:
    """What operators see of shops."""

    @permitted(Permission.PARTNERS_READ)
    async def shops(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Shop] | None:
        """The shops of the programme, oldest first."""
        context = info.context
        asker = await context.allowed(Permission.PARTNERS_READ)
        page = Page[purchases.Shop]("shops", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await purchases.listed(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Shop.of, place=lambda one: one.id.bytes)

    @permitted(Permission.RULES_READ)
    async def purchase_policy(self, info: OpsInfo) -> PurchasePolicy | None:
        """What of a purchase counts; null until it was said, and until then none is taken."""
        context = info.context
        asker = await context.allowed(Permission.RULES_READ)
        try:
            async with context.reading() as tx:
                found = await purchases.policy_of(asker.programme, tx=tx)
        except purchases.NoPurchasePolicy:
            return None
        return PurchasePolicy.of(found)


@input
class OpenShopInput:
    """Which shop may send orders."""

    slug: str = said("Its short name: 2 to 40 of a-z, 0-9 and hyphen, a letter first.")
    kind: ShopKind = said("What it runs on.")
    domain: str = said("Its host, such as verde.myshopify.com.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class CloseShopInput:
    """Which shop to close."""

    shop_id: strawberry.ID = said("The id of a `Shop`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class AddShopSecretInput:
    """What the shop signs with from now on."""

    shop_id: strawberry.ID = said("The id of a `Shop`.")
    secret: str = said("The secret, as the shop shows it: 8 to 200 characters. Never told again.")
    overlap_hours: int = said(
        "How long earlier secrets are still good, 0 to 720 hours.", default=48
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SetPurchasePolicyInput:
    """What of a purchase counts, from the next webhook on."""

    currency: str = said("ISO 4217, such as EUR.")
    taxes: bool = said("True when taxes count like goods.", default=False)
    shipping: bool = said("True when shipping counts like goods.", default=False)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ShopChanged:
    """The shop, as it is now."""

    shop: Shop = said("The shop, as it is now.")


@output
class OpenShopSuccess(ShopChanged):
    """Its webhooks are taken as soon as it has a secret."""


@output
class CloseShopSuccess(ShopChanged):
    """Nothing more is taken from it."""


@output
class AddShopSecretSuccess:
    """What is signed with the secret is believed."""

    shop_id: strawberry.ID = said("The id of the shop.")


@output
class SetPurchasePolicySuccess:
    """The policy holds."""

    policy: PurchasePolicy = said("The policy, as it is now.")


OpenShopResult: TypeAlias = Annotated[OpenShopSuccess | RequestRefused, result("OpenShopResult")]
CloseShopResult: TypeAlias = Annotated[CloseShopSuccess | RequestRefused, result("CloseShopResult")]
AddShopSecretResult: TypeAlias = Annotated[
    AddShopSecretSuccess | RequestRefused, result("AddShopSecretResult")
]
SetPurchasePolicyResult: TypeAlias = Annotated[
    SetPurchasePolicySuccess | RequestRefused, result("SetPurchasePolicyResult")
]


async def _open(asked: OpenShopInput, act: OpsAct) -> purchases.Shop:
    return await purchases.open_shop(
        slug=asked.slug,
        kind=purchases.Kind[asked.kind.name],
        domain=asked.domain,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _close(asked: CloseShopInput, act: OpsAct) -> purchases.Shop:
    return await purchases.close_shop(_shop(asked.shop_id), programme=act.programme.id, tx=act.tx)


async def _add_secret(asked: AddShopSecretInput, act: OpsAct) -> purchases.Secret:
    hours = min(max(asked.overlap_hours, 0), OVERLAP_HOURS_MAX)
    return await purchases.add_secret(
        _shop(asked.shop_id),
        secret=asked.secret,
        overlap=timedelta(hours=hours),
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _set_policy(asked: SetPurchasePolicyInput, act: OpsAct) -> purchases.Policy:
    policy = purchases.Policy(asked.currency, asked.taxes, asked.shipping)
    return await purchases.set_policy(policy, programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[ShopChanged]) -> Any:
    async def shape(shop: purchases.Shop, context: OpsContext) -> ShopChanged:
        return kind(shop=Shop.of(shop))

    return shape


async def _added(secret: purchases.Secret, context: OpsContext) -> AddShopSecretSuccess:
    return AddShopSecretSuccess(shop_id=shop_id(secret.shop))


async def _policed(policy: purchases.Policy, context: OpsContext) -> SetPurchasePolicySuccess:
    return SetPurchasePolicySuccess(policy=PurchasePolicy.of(policy))


WRITE = Permission.PARTNERS_WRITE
PATHS = {"shop": "shop_id"}
OPEN: OpsVerb[purchases.Shop, OpenShopResult] = OpsVerb(
    purchases.Shop,
    _open,
    _shaped(OpenShopSuccess),
    permission=WRITE,
    made=lambda shop: shop_id(shop.id),
)
CLOSE: OpsVerb[purchases.Shop, CloseShopResult] = OpsVerb(
    purchases.Shop, _close, _shaped(CloseShopSuccess), permission=WRITE, paths=PATHS
)
ADD_SECRET: OpsVerb[purchases.Secret, AddShopSecretResult] = OpsVerb(
    purchases.Secret, _add_secret, _added, permission=WRITE, paths=PATHS
)
SET_POLICY: OpsVerb[purchases.Policy, SetPurchasePolicyResult] = OpsVerb(
    purchases.Policy, _set_policy, _policed, permission=Permission.RULES_WRITE
)


@output
class ShopMutations:
    """Mutations about shops."""

    @mutation
    async def open_shop(
        self, info: OpsInfo, input: Annotated[OpenShopInput, argument("Which shop.")]
    ) -> OpenShopResult | None:
        """Let a shop send its orders. Needs PARTNERS_WRITE. Refuses BAD_SHOP, SHOP_TAKEN."""
        return await OPEN.perform(info, input)

    @mutation
    async def close_shop(
        self, info: OpsInfo, input: Annotated[CloseShopInput, argument("Which shop.")]
    ) -> CloseShopResult | None:
        """Take nothing more from a shop. Needs PARTNERS_WRITE. Refuses NO_SUCH_SHOP."""
        return await CLOSE.perform(info, input)

    @mutation
    async def add_shop_secret(
        self, info: OpsInfo, input: Annotated[AddShopSecretInput, argument("Which secret.")]
    ) -> AddShopSecretResult | None:
        """Believe what a shop signs with this secret, and with the earlier ones for a while.
        Needs PARTNERS_WRITE. Refuses BAD_SHOP_SECRET, NO_SUCH_SHOP."""
        return await ADD_SECRET.perform(info, input)

    @mutation
    async def set_purchase_policy(
        self, info: OpsInfo, input: Annotated[SetPurchasePolicyInput, argument("What counts.")]
    ) -> SetPurchasePolicyResult | None:
        """Say what of a purchase counts from now on. Needs RULES_WRITE. Refuses
        BAD_CURRENCY."""
        return await SET_POLICY.perform(info, input)


def shop_id(id: UUID) -> strawberry.ID:
    """The global id of a shop."""
    return globalids.of(Kind.SHOP, id)


def _shop(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.SHOP) or NOBODY
