"""The mutation by which a partner replaces its own key."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.keys import Given, KeyMade
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import partners
from domain.partners import Scope


@input
class RotateKeyInput:
    """How long the key of this request is good beside the new one."""

    old_until: Moment | None = said(
        "When the key of this request ends, within 90 days; in a week when not said.",
        default=None,
    )


@output
class RotateKeySuccess(KeyMade):
    """There is a new key with the scopes of the old one."""


RotateKeyResult: TypeAlias = Annotated[RotateKeySuccess | RequestRefused, result("RotateKeyResult")]


async def _rotate(asked: RotateKeyInput, act: PartnerAct) -> Given:
    made = await partners.rotate(
        act.key,
        programme=act.programme.id,
        partner=act.partner.id,
        old_until=asked.old_until,
        at=act.at,
        tx=act.tx,
    )
    return Given.of(made)


async def _rotated(given: Given, context: PartnerContext) -> RotateKeySuccess:
    made = KeyMade.of(given)
    return RotateKeySuccess(key=made.key, secret=made.secret)


ROTATE: PartnerVerb[Given, RotateKeyResult] = PartnerVerb(
    Given, _rotate, _rotated, scope=Scope.KEYS_ROTATE, paths={"expires_at": "old_until"}
)


@output
class KeyMutations:
    """Mutations about the partner's own keys."""

    @mutation
    async def rotate_key(
        self, info: PartnerInfo, input: Annotated[RotateKeyInput, argument("How long.")]
    ) -> RotateKeyResult | None:
        """Replace the key of this request by a new one; both are good until the old one ends.
        The secret is told in this answer only. Needs KEYS_ROTATE. Refuses SCOPE_MISSING,
        KEY_CLOSED, BAD_EXPIRY, KEY_REPLACED, TOO_MANY_KEYS."""
        return await ROTATE.perform(info, input)
