"""Verify that a webhook comes from its shop: HMAC-SHA256 over the raw bytes, in base64.

Shopify and WooCommerce sign alike, under different header names. Neither signs a time, so an
old webhook may come again; joining it changes nothing (see `converging`).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from domain.purchases.errors import BadShopSignature, WrongShop


def check_signature(body: bytes, signature: str, *, secrets: Sequence[str]) -> None:
    """Raises BadShopSignature unless one of the secrets made the signature.

    body -- exactly as it came: JSON that was read and written again has other bytes.
    Each secret is tried, in constant time, so that a rotation may overlap.
    """
    try:
        said = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        said = b""
    right = False
    for secret in secrets:
        made = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        right |= hmac.compare_digest(made, said)
    if not right:
        raise BadShopSignature("the webhook is not signed with a valid secret of this shop")


def check_domain(said: str, *, domain: str) -> None:
    """Raises WrongShop unless a host name, or an address with one, is the shop's."""
    try:
        host = urlsplit(said if "//" in said else f"//{said}").hostname or ""
    except ValueError:
        host = ""
    if host.lower().removeprefix("www.") != domain.removeprefix("www."):
        raise WrongShop(f"this address takes webhooks of {domain} only")
