"""Mutation that ends sessions of the member who asks."""

from typing import Annotated, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.mutating import Act, NotOnWatch, Verb
from api.refusals import RequestRefused, result
from domain import devices


@input
class SignOutInput:
    """What to end."""

    everywhere: bool = said(
        "True: every session that has begun until now, on every device. False: only the one that"
        " this token is of.",
        default=False,
    )


@output
class SignOutSuccess:
    """The sessions are ended: their tokens, and those refreshed from them, are refused from now
    on, their open WebSockets are closed, and the devices that came with them are removed."""

    everywhere: bool = said("Whether every session was ended.")


SignOutResult: TypeAlias = Annotated[SignOutSuccess | RequestRefused, result("SignOutResult")]


async def _sign_out(asked: SignOutInput, act: Act) -> bool:
    # Whoever has found a watch shall not sign its member out of their phone.
    if asked.everywhere and act.identity.device is not None:
        raise NotOnWatch("a watch signs out itself only")
    session = None if asked.everywhere else act.identity.session or ""
    await devices.sign_out(act.member, session=session, at=act.at, tx=act.tx)
    return asked.everywhere


async def _ended(everywhere: bool, context: Context) -> SignOutSuccess:
    return SignOutSuccess(everywhere=everywhere)


SIGN_OUT: Verb[bool, SignOutResult] = Verb(bool, _sign_out, _ended, on_watch=True)


@output
class SignOutMutations:
    """Mutations about the sessions of the member."""

    @mutation
    async def sign_out(
        self, info: Info, input: Annotated[SignOutInput, argument("What to end.")]
    ) -> SignOutResult | None:
        """End this session, or, where a device was lost or stolen, every session. Refuses
        NOT_ON_WATCH (a watch signs out itself), BAD_SESSION: the issuer of your token names no
        sessions, so only all can be ended."""
        return await SIGN_OUT.perform(info, input)
