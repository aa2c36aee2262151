"""Mutations by which a member lets a watch in that shows a code, or does not."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol, TypeAlias, TypeVar

from api.context import Context, Info
from api.devices import DeviceKind, Platform
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import devices
from domain.devices import SignIn, Waiting
from infra import db
from infra.errors import Refused

CODE = "The code that the watch shows: eight letters, in any case, with or without the hyphen."

R = TypeVar("R")


class CodeInput(Protocol):
    """What is asked about a code."""

    user_code: str


@input
class FindWatchInput:
    """Which watch asks."""

    user_code: str = said(CODE)


@input
class ApproveWatchInput:
    """Which watch is let in."""

    user_code: str = said(CODE)


@input
class RefuseWatchInput:
    """Which watch is not let in."""

    user_code: str = said(CODE)


@output
class WaitingWatch:
    """A device that asks to be let in, as it says what it is. Show this to the member before they
    approve: somebody may have talked them into typing the code of a watch that is not theirs."""

    platform: Platform = said("What it runs on.")
    kind: DeviceKind = said("What it is.")
    name: str | None = said("What it is called; null: it did not say.")
    app_version: str = said("The version of the app on it.")
    asked_at: Moment = said("When it asked.")
    expires_at: Moment = said("Until when it waits.")

    @classmethod
    def of(cls, waiting: Waiting) -> "WaitingWatch":
        """A device that waits, as the schema shows it."""
        about = waiting.about
        return cls(
            platform=Platform[about.platform],
            kind=DeviceKind[about.kind],
            name=about.name,
            app_version=about.app_version,
            asked_at=Moment(waiting.asked_at),
            expires_at=Moment(waiting.expires_at),
        )


@output
class WatchFound:
    """The watch that shows the code."""

    watch: WaitingWatch = said("The watch.")
    viewer: Member = said("You, as you are now.")


@output
class FindWatchSuccess(WatchFound):
    """It waits for your word."""


@output
class ApproveWatchSuccess(WatchFound):
    """It will have a token of its own the next time it asks, once, and then be among your
    devices."""


@output
class RefuseWatchSuccess(WatchFound):
    """It is told no the next time it asks."""


FindWatchResult: TypeAlias = Annotated[FindWatchSuccess | RequestRefused, result("FindWatchResult")]
ApproveWatchResult: TypeAlias = Annotated[
    ApproveWatchSuccess | RequestRefused, result("ApproveWatchResult")
]
RefuseWatchResult: TypeAlias = Annotated[
    RefuseWatchSuccess | RequestRefused, result("RefuseWatchResult")
]


def _found(kind: type[WatchFound]) -> Callable[[Waiting, Context], Awaitable[Any]]:
    async def shape(waiting: Waiting, context: Context) -> WatchFound:
        return kind(watch=WaitingWatch.of(waiting), viewer=await viewer_of(context))

    return shape


async def _find(asked: FindWatchInput, act: Act) -> Waiting:
    return await devices.waiting(asked.user_code, member=act.member, at=act.at, tx=act.tx)


async def _approve(asked: ApproveWatchInput, act: Act) -> Waiting:
    return await devices.approve(
        asked.user_code, member=act.member, sign_in=_sign_in(act), at=act.at, tx=act.tx
    )


async def _refuse(asked: RefuseWatchInput, act: Act) -> Waiting:
    return await devices.refuse(
        asked.user_code, member=act.member, sign_in=_sign_in(act), at=act.at, tx=act.tx
    )


def _sign_in(act: Act) -> SignIn:
    who = act.identity
    return SignIn(who.issuer, who.subject, who.session)


FIND: Verb[Waiting, FindWatchResult] = Verb(Waiting, _find, _found(FindWatchSuccess))
APPROVE: Verb[Waiting, ApproveWatchResult] = Verb(Waiting, _approve, _found(ApproveWatchSuccess))
REFUSE: Verb[Waiting, RefuseWatchResult] = Verb(Waiting, _refuse, _found(RefuseWatchSuccess))


async def _counted(verb: Verb[Waiting, R], info: Info, asked: CodeInput) -> R:
    """In a transaction of its own before the verb: it is the tries that fail that must count."""
    context = info.context
    try:
        await context.rest()
        async with db.transaction() as tx:
            asker = await context.recognise(tx=tx)
            if asker is not None and context.identity.device is None:
                await devices.try_code(asked.user_code, member=asker, at=context.at, tx=tx)
    except Refused as refused:
        return await verb.shaped(verb.refusal(refused, asked), context)
    return await verb.perform(info, asked)


@output
class WatchMutations:
    """Mutations about watches that want to be let in."""

    @mutation
    async def find_watch(
        self, info: Info, input: Annotated[FindWatchInput, argument("The code.")]
    ) -> FindWatchResult | None:
        """Look up which watch shows a code, to tell the member before they approve. You may try
        20 codes an hour. Refuses TOO_MANY_CODES, NO_SUCH_CODE."""
        return await _counted(FIND, info, input)

    @mutation
    async def approve_watch(
        self, info: Info, input: Annotated[ApproveWatchInput, argument("The code.")]
    ) -> ApproveWatchResult | None:
        """Let the watch in that shows a code: it may read what you may, and do a little. Refuses
        TOO_MANY_CODES, TOO_MANY_DEVICES, NO_SUCH_CODE."""
        return await _counted(APPROVE, info, input)

    @mutation
    async def refuse_watch(
        self, info: Info, input: Annotated[RefuseWatchInput, argument("The code.")]
    ) -> RefuseWatchResult | None:
        """Do not let the watch in that shows a code. Refuses TOO_MANY_CODES, NO_SUCH_CODE."""
        return await _counted(REFUSE, info, input)
