"""Mutations of a member who wants to know what is kept of them, to leave, or to be forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, TypeAlias

from pydantic import Field

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import members, privacy

# Who holds somebody's unlocked phone must not take or destroy what is theirs.
SIGNED_IN_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Document:
    """Everything about a member as the answer of a mutation; the text is left out of what is kept
    of it, for it would outlive the member."""

    text: Annotated[str | None, Field(exclude=True)] = None


@input
class ExportMyDataInput:
    """What to tell."""

    statement: bool = said("False: without what happened to your points.", default=True)


@input
class LeaveProgrammeInput:
    """That you mean it."""

    handle: str = said("Your own handle, so that nobody leaves by a slip of the finger.")


@input
class RequestErasureInput:
    """That you mean it."""

    handle: str = said("Your own handle, so that nobody is erased by a slip of the finger.")


@output
class ExportMyDataSuccess:
    """Everything that is kept about you."""

    document: str | None = said(
        "One JSON object: every table that says something about you. It is told in the first answer"
        " only, and null when the same request is repeated with its key."
    )


@output
class LeaveProgrammeSuccess:
    """You are no member any more; joinProgramme brings you back, with what has not expired."""

    left: bool = said("True.")


@output
class RequestErasureSuccess:
    """You are forgotten. Whoever joins again is somebody new."""

    points_given_up: Points = said("How many points you had, and gave up.")


ExportMyDataResult: TypeAlias = Annotated[
    ExportMyDataSuccess | RequestRefused, result("ExportMyDataResult")
]
LeaveProgrammeResult: TypeAlias = Annotated[
    LeaveProgrammeSuccess | RequestRefused, result("LeaveProgrammeResult")
]
RequestErasureResult: TypeAlias = Annotated[
    RequestErasureSuccess | RequestRefused, result("RequestErasureResult")
]


async def _export(asked: ExportMyDataInput, act: Act) -> Document:
    _check_just_signed_in(act)
    told = await privacy.document(act.member, statement=asked.statement, at=act.at, tx=act.tx)
    return Document(told)


async def _leave(asked: LeaveProgrammeInput, act: Act) -> bool:
    _check_meant(asked.handle, act)
    await members.leave(act.member, at=act.at, tx=act.tx)
    return True


async def _erase(asked: RequestErasureInput, act: Act) -> int:
    _check_just_signed_in(act)
    _check_meant(asked.handle, act)
    member = act.member
    erased = await privacy.erase(member.id, programme=member.programme, at=act.at, tx=act.tx)
    return erased.points


def _check_just_signed_in(act: Act) -> None:
    since = act.identity.authenticated_at
    if since is None or act.at - since > SIGNED_IN_WITHIN:
        raise privacy.StepUpRequired("sign in again, then ask again")


def _check_meant(handle: str, act: Act) -> None:
    if handle != act.member.handle:
        raise privacy.NotConfirmed("say your own handle")


async def _exported(document: Document, context: Context) -> ExportMyDataSuccess:
    return ExportMyDataSuccess(document=document.text)


async def _left(left: bool, context: Context) -> LeaveProgrammeSuccess:
    return LeaveProgrammeSuccess(left=left)


async def _erased(points: int, context: Context) -> RequestErasureSuccess:
    return RequestErasureSuccess(points_given_up=Points(points))


EXPORT: Verb[Document, ExportMyDataResult] = Verb(Document, _export, _exported)
LEAVE: Verb[bool, LeaveProgrammeResult] = Verb(bool, _leave, _left)
ERASE: Verb[int, RequestErasureResult] = Verb(int, _erase, _erased)


@output
class FarewellMutations:
    """Mutations about what is kept of a member."""

    @mutation
    async def export_my_data(
        self, info: Info, input: Annotated[ExportMyDataInput, argument("What to tell.")]
    ) -> ExportMyDataResult | None:
        """Everything that is kept about you, as one JSON document. You must have signed in within
        the last 15 minutes. Refuses STEP_UP_REQUIRED, EXPORT_TOO_LARGE."""
        return await EXPORT.perform(info, input)

    @mutation
    async def leave_programme(
        self, info: Info, input: Annotated[LeaveProgrammeInput, argument("That you mean it.")]
    ) -> LeaveProgrammeResult | None:
        """Stop being a member. Your points wait until they expire, and you may come back; your
        friends are told nothing, and you are no friend of theirs any more. Refuses
        NOT_CONFIRMED."""
        return await LEAVE.perform(info, input)

    @mutation
    async def request_erasure(
        self, info: Info, input: Annotated[RequestErasureInput, argument("That you mean it.")]
    ) -> RequestErasureResult | None:
        """Be forgotten, at once and for good: your name, contacts, friends and answers go, and
        your points are given up. You must have signed in within the last 15 minutes. Refuses
        STEP_UP_REQUIRED, NOT_CONFIRMED, OPEN_HOLDS."""
        return await ERASE.perform(info, input)
