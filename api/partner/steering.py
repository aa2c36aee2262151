"""Mutations of partners that steer treats: submitted, paused, ended."""

from typing import Annotated

import strawberry

from api.fields import argument, input, mutation, output, said
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
from api.partner.treating import placed
from api.treat_changes import (
    EndTreatResult,
    EndTreatSuccess,
    PauseTreatResult,
    PauseTreatSuccess,
    ResumeTreatResult,
    ResumeTreatSuccess,
    SubmitTreatResult,
    SubmitTreatSuccess,
    shaped,
)
from api.treats import PATHS, treat_of
from domain import moments
from domain.moments import Treat as One
from domain.partners import Scope

SCOPE = Scope.TREATS_WRITE


@input
class SubmitTreatInput:
    """Which treat to submit."""

    treat_id: strawberry.ID = said("The id of a `Treat` in DRAFT or REJECTED.")


@input
class PauseTreatInput:
    """Which treat to pause."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is LIVE.")


@input
class ResumeTreatInput:
    """Which treat to go on with."""

    treat_id: strawberry.ID = said("The id of a `Treat` that is PAUSED.")


@input
class EndTreatInput:
    """Which treat to end."""

    treat_id: strawberry.ID = said("The id of a `Treat`.")


async def _submit(asked: SubmitTreatInput, act: PartnerAct) -> One:
    return await moments.submit(treat_of(asked.treat_id), at=act.at, **placed(act))


async def _pause(asked: PauseTreatInput, act: PartnerAct) -> One:
    return await moments.pause(treat_of(asked.treat_id), **placed(act))


async def _resume(asked: ResumeTreatInput, act: PartnerAct) -> One:
    return await moments.resume(treat_of(asked.treat_id), **placed(act))


async def _end(asked: EndTreatInput, act: PartnerAct) -> One:
    return await moments.end(treat_of(asked.treat_id), at=act.at, **placed(act))


SUBMIT: PartnerVerb[One, SubmitTreatResult] = PartnerVerb(
    One, _submit, shaped(SubmitTreatSuccess), paths=PATHS, scope=SCOPE
)
PAUSE: PartnerVerb[One, PauseTreatResult] = PartnerVerb(
    One, _pause, shaped(PauseTreatSuccess), paths=PATHS, scope=SCOPE
)
RESUME: PartnerVerb[One, ResumeTreatResult] = PartnerVerb(
    One, _resume, shaped(ResumeTreatSuccess), paths=PATHS, scope=SCOPE
)
END: PartnerVerb[One, EndTreatResult] = PartnerVerb(
    One, _end, shaped(EndTreatSuccess), paths=PATHS, scope=SCOPE
)


@output
class TreatSteering:
    """Mutations that steer treats."""

    @mutation
    async def submit_treat(
        self, info: PartnerInfo, input: Annotated[SubmitTreatInput, argument("Which treat.")]
    ) -> SubmitTreatResult | None:
        """Ask for a decision about a treat. Needs the scope TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE, BAD_TREAT,
        TREAT_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_treat(
        self, info: PartnerInfo, input: Annotated[PauseTreatInput, argument("Which treat.")]
    ) -> PauseTreatResult | None:
        """Offer a treat to nobody for now; what was offered is honoured. Needs the scope
        TREATS_WRITE. Refuses NO_SUCH_TREAT, TREAT_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_treat(
        self, info: PartnerInfo, input: Annotated[ResumeTreatInput, argument("Which treat.")]
    ) -> ResumeTreatResult | None:
        """Go on offering a treat. Needs the scope TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_NOT_IN_STATE, TREAT_HALTED."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_treat(
        self, info: PartnerInfo, input: Annotated[EndTreatInput, argument("Which treat.")]
    ) -> EndTreatResult | None:
        """End a treat for good; what was offered is honoured. Needs the scope TREATS_WRITE.
        Refuses NO_SUCH_TREAT, TREAT_HALTED."""
        return await END.perform(info, input)
