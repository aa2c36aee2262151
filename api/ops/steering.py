"""Mutations of operators that steer treats: submitted, paused, ended."""

from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo
from api.ops.treating import placed
from api.refusals import RequestRefused, result
from api.treat_changes import (
    EndTreatResult,
    EndTreatSuccess,
    PauseTreatResult,
    PauseTreatSuccess,
    ResumeTreatResult,
    ResumeTreatSuccess,
    SubmitTreatResult,
    SubmitTreatSuccess,
    TreatChanged,
    shaped,
)
from api.treats import PATHS, treat_of
from domain import moments
from domain.moments import Treat as One
from domain.operators import Permission

WRITE = Permission.TREATS_WRITE


@input
class SubmitTreatInput:
    """Which treat to submit."""

    treat_id: strawberry.ID = said("The id of a `Treat` in DRAFT or REJECTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class PauseTreatInput:
    """Which treat to pause."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is LIVE.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ResumeTreatInput:
    """Which treat to go on with."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is PAUSED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EndTreatInput:
    """Which treat to end."""

    treat_id: strawberry.ID = said("The id of a `Treat`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ApproveTreatInput:
    """Which treat to approve."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is SUBMITTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RejectTreatInput:
    """Which treat to send back."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is SUBMITTED.")
    why: str = said("What who made it is told: 1 to 300 characters.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ApproveTreatSuccess(TreatChanged):
    """It is offered, within its times."""


@output
class RejectTreatSuccess(TreatChanged):
    """It may be changed and submitted again."""


ApproveTreatResult: TypeAlias = Annotated[
    ApproveTreatSuccess | RequestRefused, result("ApproveTreatResult")
]
RejectTreatResult: TypeAlias = Annotated[
    RejectTreatSuccess | RequestRefused, result("RejectTreatResult")
]


async def _submit(asked: SubmitTreatInput, act: OpsAct) -> One:
    return await moments.submit(treat_of(asked.treat_id), at=act.at, **placed(act))


async def _pause(asked: PauseTreatInput, act: OpsAct) -> One:
    return await moments.pause(treat_of(asked.treat_id), **placed(act))


async def _resume(asked: ResumeTreatInput, act: OpsAct) -> One:
    return await moments.resume(treat_of(asked.treat_id), **placed(act))


async def _end(asked: EndTreatInput, act: OpsAct) -> One:
    return await moments.end(treat_of(asked.treat_id), at=act.at, **placed(act))


async def _approve(asked: ApproveTreatInput, act: OpsAct) -> One:
    return await moments.approve(treat_of(asked.treat_id), at=act.at, **placed(act))


async def _reject(asked: RejectTreatInput, act: OpsAct) -> One:
    return await moments.reject(treat_of(asked.treat_id), reason=asked.why, **placed(act))


SUBMIT: OpsVerb[One, SubmitTreatResult] = OpsVerb(
    One, _submit, shaped(SubmitTreatSuccess), paths=PATHS, permission=WRITE
)
PAUSE: OpsVerb[One, PauseTreatResult] = OpsVerb(
    One, _pause, shaped(PauseTreatSuccess), paths=PATHS, permission=WRITE
)
RESUME: OpsVerb[One, ResumeTreatResult] = OpsVerb(
    One, _resume, shaped(ResumeTreatSuccess), paths=PATHS, permission=WRITE
)
END: OpsVerb[One, EndTreatResult] = OpsVerb(
    One, _end, shaped(EndTreatSuccess), paths=PATHS, permission=WRITE
)
APPROVE: OpsVerb[One, ApproveTreatResult] = OpsVerb(
    One, _approve, shaped(ApproveTreatSuccess), paths=PATHS, permission=WRITE
)
REJECT: OpsVerb[One, RejectTreatResult] = OpsVerb(
    One, _reject, shaped(RejectTreatSuccess), paths=PATHS, permission=WRITE
)


@output
class TreatSteering:
    """Mutations that steer treats."""

    @mutation
    async def submit_treat(
        self, info: OpsInfo, input: Annotated[SubmitTreatInput, argument("Which treat.")]
    ) -> SubmitTreatResult | None:
        """Ask for a decision about a treat. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE, BAD_TREAT,
        TREAT_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_treat(
        self, info: OpsInfo, input: Annotated[PauseTreatInput, argument("Which treat.")]
    ) -> PauseTreatResult | None:
        """Offer a treat to nobody for now; what was offered is honoured. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_treat(
        self, info: OpsInfo, input: Annotated[ResumeTreatInput, argument("Which treat.")]
    ) -> ResumeTreatResult | None:
        """Go on offering a treat. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_NOT_IN_STATE."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_treat(
        self, info: OpsInfo, input: Annotated[EndTreatInput, argument("Which treat.")]
    ) -> EndTreatResult | None:
        """End a treat for good; what was offered is honoured. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT."""
        return await END.perform(info, input)

    @mutation
    async def approve_treat(
        self, info: OpsInfo, input: Annotated[ApproveTreatInput, argument("Which treat.")]
    ) -> ApproveTreatResult | None:
        """Let a treat be offered. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_NOT_IN_STATE, BAD_TREAT."""
        return await APPROVE.perform(info, input)

    @mutation
    async def reject_treat(
        self, info: OpsInfo, input: Annotated[RejectTreatInput, argument("Which treat, and why.")]
    ) -> RejectTreatResult | None:
        """Send a treat back to who made it. Needs TREATS_WRITE.
        Refuses BAD_REASON, NO_SUCH_TREAT, TREAT_NOT_IN_STATE."""
        return await REJECT.perform(info, input)
