"""Purchases: what members buy in a programme's shops, by the shops' own word.

Orders and refunds come as webhooks or from partners, in any order and any number of times, and
each order becomes one PURCHASE activity over what is paid and kept. It does not know what a
purchase earns, and keeps nothing of a buyer but whose order it is.
"""

from domain.purchases.errors import (
    BadCurrency,
    BadOrder,
    BadShop,
    BadShopSecret,
    BadShopSignature,
    BadTopic,
    NoPurchasePolicy,
    NoSuchShop,
    ShopTaken,
    WrongShop,
)
from domain.purchases.money import minor, sound_currency
from domain.purchases.policing import policy_of, set_policy
from domain.purchases.reading_shopify import read as read_shopify
from domain.purchases.reading_woocommerce import read as read_woocommerce
from domain.purchases.records import (
    Buyer,
    Deletion,
    Kind,
    Line,
    Message,
    Payment,
    Policy,
    Purchase,
    Refund,
    Shop,
    Snapshot,
)
from domain.purchases.shops import (
    Secret,
    add_secret,
    close_shop,
    listed,
    open_shop,
    remember,
    secrets_of,
    shop_by_id,
)
from domain.purchases.taking import take
from domain.purchases.telling import products
from domain.purchases.verifying import check_domain, check_signature

__all__ = [
    "BadCurrency",
    "BadOrder",
    "BadShop",
    "BadShopSecret",
    "BadShopSignature",
    "BadTopic",
    "Buyer",
    "Deletion",
    "Kind",
    "Line",
    "Message",
    "NoPurchasePolicy",
    "NoSuchShop",
    "Payment",
    "Policy",
    "Purchase",
    "Refund",
    "Secret",
    "Shop",
    "ShopTaken",
    "Snapshot",
    "WrongShop",
    "add_secret",
    "check_domain",
    "check_signature",
    "close_shop",
    "listed",
    "minor",
    "open_shop",
    "policy_of",
    "products",
    "read_shopify",
    "read_woocommerce",
    "remember",
    "secrets_of",
    "set_policy",
    "shop_by_id",
    "sound_currency",
    "take",
]
