"""Mutation that ends sessions of the member who asks."""

from typing import Annotated, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import members


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
    on, and their open WebSockets are closed."""

    everywhere: bool = said("Whether every session was ended.")


SignOutResult: TypeAlias = Annotated[SignOutSuccess | RequestRefused, result("SignOutResult")]


async def _sign_out(asked: SignOutInput, act: Act) -> bool:
    if asked.everywhere:
        await members.sign_out(act.member, at=act.at, tx=act.tx)
    else:
        session = act.identity.session or ""
        await members.sign_out(act.member, session=session, at=act.at, tx=act.tx)
    return asked.everywhere


async def _ended(everywhere: bool, context: Context) -> SignOutSuccess:
    return SignOutSuccess(everywhere=everywhere)


SIGN_OUT: Verb[bool, SignOutResult] = Verb(bool, _sign_out, _ended)


@output
class SignOutMutations:
    """Mutations about the sessions of the member."""

    @mutation
    async def sign_out(
        self, info: Info, input: Annotated[SignOutInput, argument("What to end.")]
    ) -> SignOutResult | None:
        """End this session, or, where a device was lost or stolen, every session. Refuses
        BAD_SESSION: the issuer of your token names no sessions, so only all can be ended."""
        return await SIGN_OUT.perform(info, input)
