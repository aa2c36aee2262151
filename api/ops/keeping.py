"""Mutations of operators about members: their profile, their data, their end."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.farewell import Document
from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.members import FieldDefinition, Member, member_id, member_of
from api.profile import ProfileAnswerInput
from api.profiles import FieldKind
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import members, privacy
from domain.operators import Permission


@input
class DefineProfileFieldInput:
    """What to ask the members from now on, or how to ask it differently."""

    key: str = said("Its short name: 2 to 40 of a-z, 0-9 and underscore, a letter first.")
    kind: FieldKind = said("What it holds; of a field that exists it cannot change.")
    label: str = said("What members read, 1 to 80 characters.")
    choices: list[str] = said("For CHOICE and MULTI_CHOICE, 1 to 200.", default_factory=list)
    required: bool = said("True: it cannot be left empty again.", default=False)
    member_sees: bool = said("False: only operators see it.", default=True)
    member_edits: bool = said("False: only operators change it.", default=True)
    sensitive: bool = said("True: only operators with MEMBERS_EXPORT see it.", default=False)
    active: bool = said("False: it is asked no more.", default=True)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class UpdateMemberInput:
    """Whose profile, and what to change of it; what is not said stays."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    name: str | None = said("What they are called, 1 to 80 characters.", default=None)
    answers: list[ProfileAnswerInput] | None = said("What they said to fields.", default=None)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ExportMemberInput:
    """Whose data to export."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EraseMemberInput:
    """Whom to forget."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class DefineProfileFieldSuccess:
    """It is asked so from now on."""

    field: FieldDefinition = said("The field.")


@output
class UpdateMemberSuccess:
    """The profile is changed, and who changed what is kept."""

    member: Member = said("The member, as they are now.")


@output
class ExportMemberSuccess:
    """Everything that is kept about the member."""

    document: str | None = said(
        "One JSON object: every table that says something about them. It is told in the first"
        " answer only, and null when the same request is repeated with its key."
    )


@output
class EraseMemberSuccess:
    """The member is forgotten."""

    member_id: strawberry.ID = said("Who was forgotten.")
    points_given_up: Points = said("How many points they had, and gave up.")


DefineProfileFieldResult: TypeAlias = Annotated[
    DefineProfileFieldSuccess | RequestRefused, result("DefineProfileFieldResult")
]
UpdateMemberResult: TypeAlias = Annotated[
    UpdateMemberSuccess | RequestRefused, result("UpdateMemberResult")
]
ExportMemberResult: TypeAlias = Annotated[
    ExportMemberSuccess | RequestRefused, result("ExportMemberResult")
]
EraseMemberResult: TypeAlias = Annotated[
    EraseMemberSuccess | RequestRefused, result("EraseMemberResult")
]


async def _define(asked: DefineProfileFieldInput, act: OpsAct) -> members.Field:
    field = members.Field(
        asked.key,
        members.FieldKind[asked.kind.name],
        asked.label,
        choices=tuple(asked.choices),
        required=asked.required,
        member_sees=asked.member_sees,
        member_edits=asked.member_edits,
        sensitive=asked.sensitive,
        active=asked.active,
    )
    return await members.define(field, programme=act.programme.id, at=act.at, tx=act.tx)


async def _update(asked: UpdateMemberInput, act: OpsAct) -> UUID:
    id, programme = member_of(asked.member_id), act.programme.id
    found = await members.get(id, programme=programme, tx=act.tx)
    edited = await members.edit(found, name=asked.name, at=act.at, tx=act.tx)
    if asked.answers:
        told = {one.key: one.answer() for one in asked.answers}
        who = act.operator
        all = Permission.MEMBERS_EXPORT in who.permissions
        await members.fill(edited, told, operator=who.id, sensitive=all, at=act.at, tx=act.tx)
    return edited.id


async def _export(asked: ExportMemberInput, act: OpsAct) -> Document:
    id, programme = member_of(asked.member_id), act.programme.id
    found = await members.get(id, programme=programme, tx=act.tx)
    return Document(await privacy.document(found, at=act.at, tx=act.tx))


async def _erase(asked: EraseMemberInput, act: OpsAct) -> privacy.Erasure:
    return await privacy.erase(
        member_of(asked.member_id),
        programme=act.programme.id,
        actor=act.operator.id,
        at=act.at,
        tx=act.tx,
    )


async def _defined(field: members.Field, context: OpsContext) -> DefineProfileFieldSuccess:
    return DefineProfileFieldSuccess(field=FieldDefinition.of(field))


async def _updated(id: UUID, context: OpsContext) -> UpdateMemberSuccess:
    programme = (await context.programme()).id
    async with context.reading() as tx:
        return UpdateMemberSuccess(
            member=Member.of(await members.get(id, programme=programme, tx=tx))
        )


async def _exported(document: Document, context: OpsContext) -> ExportMemberSuccess:
    return ExportMemberSuccess(document=document.text)


async def _erased(erasure: privacy.Erasure, context: OpsContext) -> EraseMemberSuccess:
    return EraseMemberSuccess(
        member_id=member_id(erasure.member), points_given_up=Points(erasure.points)
    )


DEFINE: OpsVerb[members.Field, DefineProfileFieldResult] = OpsVerb(
    members.Field, _define, _defined, permission=Permission.PROGRAMME_WRITE
)
UPDATE: OpsVerb[UUID, UpdateMemberResult] = OpsVerb(
    UUID, _update, _updated, permission=Permission.MEMBERS_WRITE
)
EXPORT: OpsVerb[Document, ExportMemberResult] = OpsVerb(
    Document, _export, _exported, permission=Permission.MEMBERS_EXPORT
)
ERASE: OpsVerb[privacy.Erasure, EraseMemberResult] = OpsVerb(
    privacy.Erasure, _erase, _erased, permission=Permission.MEMBERS_ERASE
)


@output
class MemberMutations:
    """Mutations about members."""

    @mutation
    async def define_profile_field(
        self, info: OpsInfo, input: Annotated[DefineProfileFieldInput, argument("What to ask.")]
    ) -> DefineProfileFieldResult | None:
        """Ask members for a field, or change how it is asked. Needs PROGRAMME_WRITE. Refuses
        BAD_FIELD, TOO_MANY."""
        return await DEFINE.perform(info, input)

    @mutation
    async def update_member(
        self, info: OpsInfo, input: Annotated[UpdateMemberInput, argument("Whose, and what.")]
    ) -> UpdateMemberResult | None:
        """Change a member's profile; who changed what is kept. Needs MEMBERS_WRITE, and
        MEMBERS_EXPORT for what is sensitive. Refuses BAD_NAME, NO_SUCH_MEMBER, NO_SUCH_FIELD,
        BAD_VALUE, VALUE_REQUIRED."""
        return await UPDATE.perform(info, input)

    @mutation
    async def export_member(
        self, info: OpsInfo, input: Annotated[ExportMemberInput, argument("Whose.")]
    ) -> ExportMemberResult | None:
        """Everything that is kept about a member. Needs MEMBERS_EXPORT. Refuses NO_SUCH_MEMBER,
        MERGED_AWAY, EXPORT_TOO_LARGE."""
        return await EXPORT.perform(info, input)

    @mutation
    async def erase_member(
        self, info: OpsInfo, input: Annotated[EraseMemberInput, argument("Whom.")]
    ) -> EraseMemberResult | None:
        """Forget a member at once and for good, as they may themselves. Needs MEMBERS_ERASE.
        Refuses NO_SUCH_MEMBER, MERGED_AWAY, OPEN_HOLDS."""
        return await ERASE.perform(info, input)
