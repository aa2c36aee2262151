"""Mutations about the keys of partners."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.keys import Given, KeyKind, KeyMade, PartnerKey, Scope, key_id, key_of
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.partners import PATHS, WRITE, partner_of
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import partners


@input
class CreatePartnerKeyInput:
    """Whose key, and what it is for."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    scopes: list[Scope] = said("What it may be used for, each once.")
    kind: KeyKind | None = said("How it proves who is asking; BEARER when not said.", default=None)
    expires_at: Moment | None = said(
        "When it ends, within two years; in a year when not said.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RotatePartnerKeyInput:
    """Which key to replace, and how long it is good beside the new one."""

    key_id: strawberry.ID = said("The id of a `PartnerKey`.")
    old_until: Moment | None = said(
        "When the old key ends, within 90 days; in a week when not said.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RevokePartnerKeyInput:
    """Which key to revoke."""

    key_id: strawberry.ID = said("The id of a `PartnerKey`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class CreatePartnerKeySuccess(KeyMade):
    """There is a new key."""


@output
class RotatePartnerKeySuccess(KeyMade):
    """There is a new key with the scopes of the old one."""


@output
class RevokePartnerKeySuccess:
    """The key proves nothing any more."""

    key: PartnerKey = said("The key, as it is now.")


CreatePartnerKeyResult: TypeAlias = Annotated[
    CreatePartnerKeySuccess | RequestRefused, result("CreatePartnerKeyResult")
]
RotatePartnerKeyResult: TypeAlias = Annotated[
    RotatePartnerKeySuccess | RequestRefused, result("RotatePartnerKeyResult")
]
RevokePartnerKeyResult: TypeAlias = Annotated[
    RevokePartnerKeySuccess | RequestRefused, result("RevokePartnerKeyResult")
]


async def _create(asked: CreatePartnerKeyInput, act: OpsAct) -> Given:
    made = await partners.create_key(
        partner_of(asked.partner_id),
        programme=act.programme.id,
        kind=partners.Kind((asked.kind or KeyKind.BEARER).name),
        scopes=[partners.Scope(scope.name) for scope in asked.scopes],
        expires_at=asked.expires_at,
        at=act.at,
        tx=act.tx,
    )
    return Given.of(made)


async def _rotate(asked: RotatePartnerKeyInput, act: OpsAct) -> Given:
    made = await partners.rotate(
        key_of(asked.key_id),
        programme=act.programme.id,
        old_until=asked.old_until,
        at=act.at,
        tx=act.tx,
    )
    return Given.of(made)


async def _revoke(asked: RevokePartnerKeyInput, act: OpsAct) -> partners.Key:
    id = key_of(asked.key_id)
    return await partners.revoke(id, programme=act.programme.id, at=act.at, tx=act.tx)


def _shaped(kind: type[KeyMade]) -> Any:
    async def shape(given: Given, context: OpsContext) -> KeyMade:
        return kind.of(given)

    return shape


async def _revoked(key: partners.Key, context: OpsContext) -> RevokePartnerKeySuccess:
    return RevokePartnerKeySuccess(key=PartnerKey.of(key))


KEY_PATHS = {"key": "key_id"}
CREATE: OpsVerb[Given, CreatePartnerKeyResult] = OpsVerb(
    Given,
    _create,
    _shaped(CreatePartnerKeySuccess),
    permission=WRITE,
    paths=PATHS,
    made=lambda given: key_id(given.key.id),
)
ROTATE: OpsVerb[Given, RotatePartnerKeyResult] = OpsVerb(
    Given,
    _rotate,
    _shaped(RotatePartnerKeySuccess),
    permission=WRITE,
    paths={**KEY_PATHS, "expires_at": "old_until"},
    made=lambda given: key_id(given.key.id),
)
REVOKE: OpsVerb[partners.Key, RevokePartnerKeyResult] = OpsVerb(
    partners.Key, _revoke, _revoked, permission=WRITE, paths=KEY_PATHS
)


@output
class KeyMutations:
    """Mutations about the keys of partners."""

    @mutation
    async def create_partner_key(
        self, info: OpsInfo, input: Annotated[CreatePartnerKeyInput, argument("What for.")]
    ) -> CreatePartnerKeyResult | None:
        """Make a key for a partner; its secret is told in this answer only. Needs
        PARTNERS_WRITE. Refuses BAD_SCOPES, BAD_EXPIRY, NO_SUCH_PARTNER, PARTNER_SUSPENDED,
        TOO_MANY_KEYS."""
        return await CREATE.perform(info, input)

    @mutation
    async def rotate_partner_key(
        self, info: OpsInfo, input: Annotated[RotatePartnerKeyInput, argument("Which key.")]
    ) -> RotatePartnerKeyResult | None:
        """Replace a key by a new one; both are good until the old one ends. Needs
        PARTNERS_WRITE. Refuses BAD_EXPIRY, NO_SUCH_KEY, KEY_CLOSED, KEY_REPLACED,
        PARTNER_SUSPENDED, TOO_MANY_KEYS."""
        return await ROTATE.perform(info, input)

    @mutation
    async def revoke_partner_key(
        self, info: OpsInfo, input: Annotated[RevokePartnerKeyInput, argument("Which key.")]
    ) -> RevokePartnerKeyResult | None:
        """End a key at once, also for the rest of a batch that it is sending. Needs
        PARTNERS_WRITE. Refuses NO_SUCH_KEY."""
        return await REVOKE.perform(info, input)
