"""Keys of partners, as operators and the partners themselves see them."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import strawberry
from pydantic import Field

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import Node
from api.scalars import Moment
from domain import partners

V = strawberry.enum_value


@strawberry.enum(description="One thing that a partner's key may be used for.")
class Scope(Enum):
    """One thing that a key may be used for."""

    ACTIVITIES_READ = V("ACTIVITIES_READ", description="Read what became of sent activities.")
    ACTIVITIES_WRITE = V("ACTIVITIES_WRITE", description="Send activities.")
    CHALLENGES_WRITE = V("CHALLENGES_WRITE", description="Make, fund and run challenges.")
    ENERGY_WRITE = V("ENERGY_WRITE", description="Send energy readings.")
    KEYS_ROTATE = V("KEYS_ROTATE", description="See the partner's keys, and rotate this one.")
    MEMBERS_LINK = V("MEMBERS_LINK", description="Link members to the partner's own names.")
    ORDERS_WRITE = V("ORDERS_WRITE", description="Send orders and refunds.")
    REPORTS_READ = V("REPORTS_READ", description="Read reports about the partner's challenges.")
    REDEMPTIONS_WRITE = V("REDEMPTIONS_WRITE", description="Redeem treats at a till.")
    SURVEYS_WRITE = V("SURVEYS_WRITE", description="Send answered surveys.")
    OFFERS_WRITE = V("OFFERS_WRITE", description="Run offers, and see what became of them.")
    REWARDS_WRITE = V("REWARDS_WRITE", description="Run rewards in your outlets.")
    TREATS_WRITE = V("TREATS_WRITE", description="Run outlets and treats, and see reports of them.")
    VISITS_WRITE = V("VISITS_WRITE", description="Send visits.")
    VOLUNTEERING_WRITE = V("VOLUNTEERING_WRITE", description="Confirm hours of volunteering.")


@strawberry.enum(description="How a key proves who is asking.")
class KeyKind(Enum):
    """How a key proves who is asking."""

    BEARER = V("BEARER", description="Sent along as `Authorization: Bearer lk_...`.")
    SIGNING = V("SIGNING", description="Signs what is sent, by Standard Webhooks (`whsec_...`).")


@output
class PartnerKey(Node):
    """A key of a partner. Its secret is told once, when it is made, and never again."""

    kind: KeyKind = said("How it proves who is asking.")
    prefix: str = said("How the key begins, to tell it from others; no part of the secret.")
    scopes: list[Scope] = said("What it may be used for; at most one of each.")
    created_at: Moment = said("When it was made.")
    expires_at: Moment = said("When it ends.")
    revoked_at: Moment | None = said("When it was revoked; null when it was not.")
    last_used_at: Moment | None = said("When it was last used, to the minute; null: never.")
    replaced_by_id: strawberry.ID | None = said("The key that took its place, by a rotation.")

    @classmethod
    def of(cls, key: partners.Key) -> "PartnerKey":
        """A key, as the schema shows it."""
        bearer = key.kind is partners.Kind.BEARER
        return cls(
            id=key_id(key.id),
            kind=KeyKind[key.kind.name],
            prefix=f"lk_{key.id}" if bearer else "whsec_",
            scopes=[Scope[scope.name] for scope in sorted(key.scopes)],
            created_at=Moment(key.created_at),
            expires_at=Moment(key.expires_at),
            revoked_at=None if key.revoked_at is None else Moment(key.revoked_at),
            last_used_at=None if key.last_used_at is None else Moment(key.last_used_at),
            replaced_by_id=None if key.replaced_by is None else key_id(key.replaced_by),
        )


@output
class KeyMade:
    """A new key and, this once, its secret."""

    key: PartnerKey = said("The key.")
    secret: str | None = said(
        "The whole key as it is to be used. Keep it now: it is told in the first answer only, and"
        " null when the same request is repeated."
    )

    @classmethod
    def of(cls, given: "Given") -> "KeyMade":
        """A new key, as the schema shows it."""
        return cls(key=PartnerKey.of(given.key), secret=given.secret)


@dataclass(frozen=True, slots=True)
class Given:
    """A new key as the answer of a mutation; the secret is left out of what is kept of it."""

    key: partners.Key
    secret: Annotated[str | None, Field(exclude=True)] = None

    @classmethod
    def of(cls, made: partners.Made) -> "Given":
        """What was made, as an answer."""
        return cls(made.key, made.secret)


def key_id(id: str) -> strawberry.ID:
    """The global id of a key."""
    return globalids.of(Kind.KEY, id.encode())


def key_of(id: str) -> str:
    """The public id of the key that a global id names; one that no key has for other texts."""
    name = globalids.read(id)
    if name is None or name.kind is not Kind.KEY:
        return ""
    return name.key.decode("ascii", "replace")
