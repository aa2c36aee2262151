"""What purchases refuses."""

from infra.errors import Refused


class NoSuchShop(Refused):
    """No shop is known by that, or it has been closed."""

    code = "NO_SUCH_SHOP"
    path = ("shop",)


class BadShopSignature(Refused):
    """The webhook is not signed with any secret of the shop that is valid now."""

    code = "BAD_SIGNATURE"


class WrongShop(Refused):
    """The webhook says that it comes from another shop."""

    code = "WRONG_SHOP"


class BadTopic(Refused):
    """The webhook is about something that is no order and no refund."""

    code = "BAD_TOPIC"

    def __init__(self, topic: str) -> None:
        super().__init__(f"subscribe to orders and refunds only, not to {topic[:60]!r}")
        self.topic = topic


class BadOrder(Refused):
    """The order or refund is not what its format demands; `path` says where."""

    code = "BAD_ORDER"

    def __init__(self, where: str, demand: str) -> None:
        super().__init__(f"{where}: {demand}")
        self.path = (where,)


class BadCurrency(Refused):
    """The text is not a currency of ISO 4217."""

    code = "BAD_CURRENCY"
    path = ("currency",)


class NoPurchasePolicy(Refused):
    """The programme has not said yet what of a purchase counts."""

    code = "NO_PURCHASE_POLICY"
    retryable = True


class ShopTaken(Refused):
    """The programme has a shop with that slug or domain."""

    code = "SHOP_TAKEN"
    path = ("slug",)


class BadShop(Refused):
    """A slug is 2 to 40 of a-z, 0-9 and hyphen, a letter first; a domain is a host name."""

    code = "BAD_SHOP"

    def __init__(self, field: str, demand: str) -> None:
        super().__init__(demand)
        self.path = (field,)


class BadShopSecret(Refused):
    """A secret is 8 to 200 printable characters, and a shop has five valid ones at most."""

    code = "BAD_SHOP_SECRET"
    path = ("secret",)
