"""Duplicates, as operators see them: suggestions, merges, and how a merge is undone."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.cursors import bad_cursor
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.members import Member, member_id, member_of
from api.ops.operators import place_of
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import duplicates, members
from domain.operators import Permission

V = strawberry.enum_value
NOTHING = UUID(int=0)


@strawberry.enum(description="Why two members may be one person.")
class DuplicateReason(Enum):
    """Why two members may be one person."""

    EMAIL = V("EMAIL", description="Both have proved the same e-mail address.")
    PHONE = V("PHONE", description="Both have proved the same telephone number.")
    NAME = V("NAME", description="Their names are alike.")
    BIRTH_DATE = V("BIRTH_DATE", description="They were born on the same day.")
    RESIDENCE = V("RESIDENCE", description="They live in the same town.")


@output
class DuplicateSuggestion:
    """Two members who may be one person."""

    score: int = said("How likely, 0 to 100.")
    reasons: list[DuplicateReason] = said("Why, the weightiest first.")
    found_at: Moment = said("When it was first seen.")
    one: Member = said("One of them.")
    other: Member = said("The other.")


@output
class Merge(Node):
    """One member who became part of another."""

    survivor_id: strawberry.ID = said("Who has everything.")
    duplicate_id: strawberry.ID = said("Who became part of them.")
    points: Points = said("What the duplicate had then.")
    merged_at: Moment = said("When.")
    undone_at: Moment | None = said("When it was undone; null: it holds.")

    @classmethod
    def of(cls, merge: duplicates.Merge) -> "Merge":
        """A merge, as operators see it."""
        undone = merge.undone_at
        return cls(
            id=globalids.of(Kind.MERGE, merge.id),
            survivor_id=member_id(merge.survivor),
            duplicate_id=member_id(merge.duplicate),
            points=Points(merge.points),
            merged_at=Moment(merge.merged_at),
            undone_at=None if undone is None else Moment(undone),
        )


@output
class DuplicateQueries:
    """What operators see of duplicates."""

    @permitted(Permission.MEMBERS_MERGE)
    async def duplicate_suggestions(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[DuplicateSuggestion] | None:
        """Members who may be one person, the likeliest first; who was dismissed stays away."""
        context = info.context
        asker = await context.allowed(Permission.MEMBERS_MERGE)
        page = Page[duplicates.Suggestion]("suggestions", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await duplicates.suggested(
                programme=asker.programme, after=_place(page.position), limit=page.limit, tx=tx
            )
            ends = {id for one in found for id in (one.a, one.b)}
            known = await members.several(ends, programme=asker.programme, tx=tx)
        return page.shaped(
            found,
            node=lambda one: DuplicateSuggestion(
                score=one.score,
                reasons=[DuplicateReason[reason.name] for reason in one.reasons],
                found_at=Moment(one.found_at),
                one=Member.of(known[one.a]),
                other=Member.of(known[one.b]),
            ),
            place=lambda one: bytes([one.score]) + one.a.bytes + one.b.bytes,
        )

    @permitted(Permission.MEMBERS_MERGE)
    async def merges(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Merge] | None:
        """The merges of the programme, newest first, undone ones too."""
        context = info.context
        asker = await context.allowed(Permission.MEMBERS_MERGE)
        page = Page[duplicates.Merge]("merges", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await duplicates.listed(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Merge.of, place=lambda one: one.id.bytes)


@input
class MergeMembersInput:
    """Who stays, and who becomes part of them."""

    survivor_id: strawberry.ID = said("The id of the `Member` who stays.")
    duplicate_id: strawberry.ID = said("The id of the `Member` who becomes part of them.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class UnmergeMembersInput:
    """Which merge to undo."""

    merge_id: strawberry.ID = said("The id of a `Merge`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class DismissDuplicateInput:
    """Which two are not one person."""

    one_id: strawberry.ID = said("The id of a `Member`.")
    other_id: strawberry.ID = said("The id of the other.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class MergeMembersSuccess:
    """The two are one."""

    merge: Merge = said("What was merged.")


@output
class UnmergeMembersSuccess:
    """The two are two again."""

    merge: Merge = said("What was undone.")


@output
class DismissDuplicateSuccess:
    """The two are never suggested again."""

    dismissed: bool = said("True.")


MergeMembersResult: TypeAlias = Annotated[
    MergeMembersSuccess | RequestRefused, result("MergeMembersResult")
]
UnmergeMembersResult: TypeAlias = Annotated[
    UnmergeMembersSuccess | RequestRefused, result("UnmergeMembersResult")
]
DismissDuplicateResult: TypeAlias = Annotated[
    DismissDuplicateSuccess | RequestRefused, result("DismissDuplicateResult")
]


async def _merge(asked: MergeMembersInput, act: OpsAct) -> duplicates.Merge:
    return await duplicates.merge(
        survivor=member_of(asked.survivor_id),
        duplicate=member_of(asked.duplicate_id),
        programme=act.programme.id,
        id=act.id,
        actor=act.operator.id,
        at=act.at,
        tx=act.tx,
    )


async def _unmerge(asked: UnmergeMembersInput, act: OpsAct) -> duplicates.Merge:
    id = globalids.uuid_of(asked.merge_id, Kind.MERGE) or NOTHING
    who = act.operator.id
    return await duplicates.unmerge(id, programme=act.programme.id, actor=who, at=act.at, tx=act.tx)


async def _dismiss(asked: DismissDuplicateInput, act: OpsAct) -> bool:
    one, other = member_of(asked.one_id), member_of(asked.other_id)
    await duplicates.dismiss(one, other, programme=act.programme.id, tx=act.tx)
    return True


async def _merged(merge: duplicates.Merge, context: OpsContext) -> MergeMembersSuccess:
    return MergeMembersSuccess(merge=Merge.of(merge))


async def _unmerged(merge: duplicates.Merge, context: OpsContext) -> UnmergeMembersSuccess:
    return UnmergeMembersSuccess(merge=Merge.of(merge))


async def _dismissed(done: bool, context: OpsContext) -> DismissDuplicateSuccess:
    return DismissDuplicateSuccess(dismissed=done)


NEEDED = Permission.MEMBERS_MERGE
MERGE: OpsVerb[duplicates.Merge, MergeMembersResult] = OpsVerb(
    duplicates.Merge,
    _merge,
    _merged,
    moves=True,
    permission=NEEDED,
    made=lambda merge: globalids.of(Kind.MERGE, merge.id),
)
UNMERGE: OpsVerb[duplicates.Merge, UnmergeMembersResult] = OpsVerb(
    duplicates.Merge, _unmerge, _unmerged, moves=True, permission=NEEDED
)
DISMISS: OpsVerb[bool, DismissDuplicateResult] = OpsVerb(
    bool, _dismiss, _dismissed, permission=NEEDED
)


@output
class DuplicateMutations:
    """Mutations about duplicates."""

    @mutation
    async def merge_members(
        self, info: OpsInfo, input: Annotated[MergeMembersInput, argument("Who, into whom.")]
    ) -> MergeMembersResult | None:
        """Make one member part of another, with all their points, friends and sign-ins. Needs
        MEMBERS_MERGE and `@idempotent`. Refuses SELF_MERGE, NO_SUCH_MEMBER, ALREADY_MERGED,
        NOT_MERGEABLE, OPEN_TRANSFERS, OPEN_HOLDS, IN_DEBT."""
        return await MERGE.perform(info, input)

    @mutation
    async def unmerge_members(
        self, info: OpsInfo, input: Annotated[UnmergeMembersInput, argument("Which merge.")]
    ) -> UnmergeMembersResult | None:
        """Make two members of one again, each with what they had. Needs MEMBERS_MERGE and
        `@idempotent`. Refuses NO_SUCH_MERGE, MERGED_FURTHER, NOT_MERGEABLE, POINTS_SPENT."""
        return await UNMERGE.perform(info, input)

    @mutation
    async def dismiss_duplicate(
        self, info: OpsInfo, input: Annotated[DismissDuplicateInput, argument("Which two.")]
    ) -> DismissDuplicateResult | None:
        """Say that two members are two people. Needs MEMBERS_MERGE. Refuses
        NO_SUCH_SUGGESTION."""
        return await DISMISS.perform(info, input)


def _place(position: bytes | None) -> tuple[int, UUID, UUID] | None:
    if position is None:
        return None
    if len(position) != 33:
        raise bad_cursor()
    return position[0], UUID(bytes=position[1:17]), UUID(bytes=position[17:])
