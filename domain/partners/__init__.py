"""Partners: the organisations that send a programme activities, and the keys that prove it.

It knows who may send what; it does not know what is sent or what it earns.
"""

from domain.partners.errors import (
    BadExpiry,
    BadPoints,
    BadReference,
    BadScopes,
    KeyClosed,
    KeyRefused,
    KeyReplaced,
    NoSuchKey,
    NoSuchPartner,
    PartnerSuspended,
    ReferenceUsed,
    SlugTaken,
    TooManyKeys,
)
from domain.partners.finding import by_slug, get, listed, several
from domain.partners.keying import create_key, keys_of, revoke, rotate
from domain.partners.paying import Payment, PaymentKind, payments, top_up, withdraw
from domain.partners.proving import Signed, bearer, signed, still_valid
from domain.partners.records import Key, Kind, Known, Made, Partner, Scope, State
from domain.partners.registering import register, rename, resume, suspend
from domain.partners.signing import sign
from domain.partners.sponsoring import pay_back, pay_in

__all__ = [
    "BadExpiry",
    "BadPoints",
    "BadReference",
    "BadScopes",
    "Key",
    "KeyClosed",
    "KeyRefused",
    "KeyReplaced",
    "Kind",
    "Known",
    "Made",
    "NoSuchKey",
    "NoSuchPartner",
    "Partner",
    "PartnerSuspended",
    "Payment",
    "PaymentKind",
    "ReferenceUsed",
    "Scope",
    "Signed",
    "SlugTaken",
    "State",
    "TooManyKeys",
    "bearer",
    "by_slug",
    "create_key",
    "get",
    "keys_of",
    "listed",
    "pay_back",
    "pay_in",
    "payments",
    "register",
    "rename",
    "resume",
    "revoke",
    "rotate",
    "several",
    "sign",
    "signed",
    "still_valid",
    "suspend",
    "top_up",
    "withdraw",
]
