"""Recognising: who holds a member's token, be it of an issuer or of a watch.

A watch's token is one of ours (see `domain.devices`). It stands for the sign-in by which the
member approved the watch, with a session of its own, so that whatever ends sessions ends it, and
nothing after this door needs to know of two kinds of tokens. Only its rights are narrower: see
`on_watch` of `api.mutating`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from domain import devices
from domain.devices import Holder
from infra import db
from infra.identity import Identity, TokenRefused, Verifier

# The token has no end of its own; a conversation that it opened has, and is opened again.
BELIEVED_FOR = timedelta(days=1)


def known_by(verifier: Verifier) -> Callable[[str, datetime], Awaitable[Identity]]:
    """Who holds a token, by these issuers or by a device: raises TokenRefused, IssuerAway."""

    async def recognise(token: str, at: datetime) -> Identity:
        if devices.is_token(token):
            return await of_device(token, at=at)
        return await verifier.identify(token, at=at)

    return recognise


async def of_device(token: str, *, at: datetime) -> Identity:
    """Who holds a device's token. Raises TokenRefused."""
    try:
        async with db.reading() as tx:
            holder = await devices.bearer(token, at=at, tx=tx)
    except devices.TokenUnknown as refused:
        raise TokenRefused(str(refused)) from refused
    return identity_of(holder, at=at)


def identity_of(holder: Holder, *, at: datetime) -> Identity:
    """A device's holder as any other who asks. That its member has just proven who they are is
    never said of it."""
    return Identity(
        holder.programme,
        holder.issuer,
        holder.subject,
        at + BELIEVED_FOR,
        issued_at=holder.since,
        session=devices.session_of(holder.device),
        device=holder.device,
    )
