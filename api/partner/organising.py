"""Mutations of organisers about volunteering."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from api import globalids
from api.fields import argument, mutation, output
from api.globalids import Kind
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.partner.volunteering import (
    SCOPE,
    AddShiftInput,
    AddShiftResult,
    AddShiftSuccess,
    AddSigningKeyInput,
    AddSigningKeyResult,
    AddSigningKeySuccess,
    ConfirmHoursInput,
    ConfirmHoursResult,
    ConfirmHoursSuccess,
    DeclineHoursInput,
    DeclineHoursResult,
    DeclineHoursSuccess,
    HoursDecided,
    PublishOpportunityInput,
    PublishOpportunityResult,
    PublishOpportunitySuccess,
    RevokeHoursInput,
    RevokeHoursResult,
    RevokeHoursSuccess,
)
from api.volunteering import NOBODY, VolunteerHours, VolunteerShift
from domain import volunteering

OVERLAP_DAYS = 7


async def _publish(asked: PublishOpportunityInput, act: PartnerAct) -> volunteering.Opportunity:
    return await volunteering.publish(
        title=asked.title,
        text=asked.text,
        organiser=act.partner,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _add_shift(asked: AddShiftInput, act: PartnerAct) -> volunteering.Shift:
    return await volunteering.add_shift(
        globalids.uuid_of(asked.opportunity_id, Kind.OPPORTUNITY) or NOBODY,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        places=asked.places,
        organiser=act.partner,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _confirm(asked: ConfirmHoursInput, act: PartnerAct) -> volunteering.Hours:
    starts_at: datetime | None = asked.starts_at
    if asked.hours_id is not None or asked.shift_id is None:
        return await volunteering.confirm(
            _hours(asked.hours_id or ""),
            minutes=asked.minutes,
            starts_at=starts_at,
            organiser=act.partner,
            programme=act.programme.id,
            at=act.at,
            tx=act.tx,
        )
    return await volunteering.confirm_unclaimed(
        shift=globalids.uuid_of(asked.shift_id, Kind.SHIFT) or NOBODY,
        ref=asked.member_ref or "",
        minutes=asked.minutes or 0,
        starts_at=starts_at,
        organiser=act.partner,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _decline(asked: DeclineHoursInput, act: PartnerAct) -> volunteering.Hours:
    hours, home = _hours(asked.hours_id), act.programme.id
    return await volunteering.decline(
        hours, organiser=act.partner, programme=home, at=act.at, tx=act.tx
    )


async def _revoke(asked: RevokeHoursInput, act: PartnerAct) -> volunteering.Hours:
    hours, home = _hours(asked.hours_id), act.programme.id
    return await volunteering.revoke(
        hours, organiser=act.partner, programme=home, at=act.at, tx=act.tx
    )


async def _add_key(asked: AddSigningKeyInput, act: PartnerAct) -> UUID:
    try:
        key = base64.b64decode(asked.key.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return await volunteering.add_key(
        algorithm=volunteering.Algorithm[asked.algorithm.name],
        key=key,
        overlap=timedelta(days=OVERLAP_DAYS),
        organiser=act.partner,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


def _hours(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.HOURS) or NOBODY


async def _published(
    made: volunteering.Opportunity, context: PartnerContext
) -> PublishOpportunitySuccess:
    return PublishOpportunitySuccess(opportunity_id=globalids.of(Kind.OPPORTUNITY, made.id))


async def _shift_added(shift: volunteering.Shift, context: PartnerContext) -> AddShiftSuccess:
    return AddShiftSuccess(shift=VolunteerShift.of(shift), statement_shift=str(shift.id))


def _shaped(kind: type[HoursDecided]) -> Any:
    async def shape(hours: volunteering.Hours, context: PartnerContext) -> HoursDecided:
        return kind(hours=VolunteerHours.of(hours))

    return shape


async def _key_added(key: UUID, context: PartnerContext) -> AddSigningKeySuccess:
    return AddSigningKeySuccess(key_id=str(key))


PUBLISH: PartnerVerb[volunteering.Opportunity, PublishOpportunityResult] = PartnerVerb(
    volunteering.Opportunity, _publish, _published, scope=SCOPE
)
ADD_SHIFT: PartnerVerb[volunteering.Shift, AddShiftResult] = PartnerVerb(
    volunteering.Shift, _add_shift, _shift_added, scope=SCOPE
)
CONFIRM: PartnerVerb[volunteering.Hours, ConfirmHoursResult] = PartnerVerb(
    volunteering.Hours, _confirm, _shaped(ConfirmHoursSuccess), scope=SCOPE, moves=True
)
DECLINE: PartnerVerb[volunteering.Hours, DeclineHoursResult] = PartnerVerb(
    volunteering.Hours, _decline, _shaped(DeclineHoursSuccess), scope=SCOPE
)
REVOKE: PartnerVerb[volunteering.Hours, RevokeHoursResult] = PartnerVerb(
    volunteering.Hours, _revoke, _shaped(RevokeHoursSuccess), scope=SCOPE, moves=True
)
ADD_KEY: PartnerVerb[UUID, AddSigningKeyResult] = PartnerVerb(
    UUID, _add_key, _key_added, scope=SCOPE
)


@output
class VolunteeringMutations:
    """Mutations of organisers about volunteering."""

    @mutation
    async def publish_opportunity(
        self, info: PartnerInfo, input: Annotated[PublishOpportunityInput, argument("What.")]
    ) -> PublishOpportunityResult | None:
        """Publish something to help with. Needs VOLUNTEERING_WRITE. Refuses SCOPE_MISSING,
        KEY_CLOSED, BAD_OPPORTUNITY."""
        return await PUBLISH.perform(info, input)

    @mutation
    async def add_shift(
        self, info: PartnerInfo, input: Annotated[AddShiftInput, argument("When.")]
    ) -> AddShiftResult | None:
        """Say when help is wanted. Needs VOLUNTEERING_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED,
        BAD_SHIFT, NO_SUCH_OPPORTUNITY."""
        return await ADD_SHIFT.perform(info, input)

    @mutation
    async def confirm_hours(
        self, info: PartnerInfo, input: Annotated[ConfirmHoursInput, argument("Which hours.")]
    ) -> ConfirmHoursResult | None:
        """Let hours count that a member helped. Needs VOLUNTEERING_WRITE and `@idempotent`.
        Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_HOURS or NO_SUCH_SHIFT, NO_SUCH_MEMBER,
        BAD_MINUTES, SHIFT_NOT_OVER, CLAIM_TOO_LATE, SHIFT_FULL, HOURS_CLOSED, HOURS_OVERLAP."""
        return await CONFIRM.perform(info, input)

    @mutation
    async def decline_hours(
        self, info: PartnerInfo, input: Annotated[DeclineHoursInput, argument("Which claim.")]
    ) -> DeclineHoursResult | None:
        """Say that a claim is not true. Needs VOLUNTEERING_WRITE. Refuses SCOPE_MISSING,
        KEY_CLOSED, NO_SUCH_HOURS, HOURS_CLOSED."""
        return await DECLINE.perform(info, input)

    @mutation
    async def revoke_hours(
        self, info: PartnerInfo, input: Annotated[RevokeHoursInput, argument("Which hours.")]
    ) -> RevokeHoursResult | None:
        """Take a confirmation back, and what it earned. Needs VOLUNTEERING_WRITE and
        `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_HOURS, HOURS_CLOSED."""
        return await REVOKE.perform(info, input)

    @mutation
    async def add_signing_key(
        self, info: PartnerInfo, input: Annotated[AddSigningKeyInput, argument("Which key.")]
    ) -> AddSigningKeyResult | None:
        """Believe statements about hours that are signed with this key. Needs
        VOLUNTEERING_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED, BAD_SIGNING_KEY."""
        return await ADD_KEY.perform(info, input)
