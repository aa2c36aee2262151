"""Share targets, as operators see them: where members' links may lead."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import RequestRefused, result
from domain import sharing
from domain.operators import Permission


@output
class ShareTarget(Node):
    """Something that members may share."""

    title: str = said("What it is.")
    url: str = said("Where its links lead.")
    open: bool = said("False once it was closed: then its links lead nowhere.")

    @classmethod
    def of(cls, target: sharing.Target) -> "ShareTarget":
        """A target, as operators see it."""
        return cls(id=target_id(target.id), title=target.title, url=target.url, open=target.open)


@output
class ShareTargetQueries:
    """What operators see of share targets."""

    @permitted(Permission.RULES_READ)
    async def share_targets(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ShareTarget] | None:
        """What members may share, or could, the oldest first."""
        context = info.context
        asker = await context.allowed(Permission.RULES_READ)
        page = Page[sharing.Target]("shareTargets", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await sharing.targets(
                programme=asker.programme,
                after=place_of(page),
                limit=page.limit,
                closed=True,
                tx=tx,
            )
        return page.shaped(found, node=ShareTarget.of, place=lambda one: one.id.bytes)


@input
class RegisterShareTargetInput:
    """What members may share."""

    title: str = said("What it is, 1 to 120 characters.")
    url: str = said("Where its links lead: https, in plain ASCII, without a user.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class CloseShareTargetInput:
    """Which target to close."""

    target_id: strawberry.ID = said("The id of a `ShareTarget`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ShareTargetChanged:
    """The target, as it is now."""

    target: ShareTarget = said("The target, as it is now.")


@output
class RegisterShareTargetSuccess(ShareTargetChanged):
    """Members may share it."""


@output
class CloseShareTargetSuccess(ShareTargetChanged):
    """Its links lead nowhere."""


RegisterShareTargetResult: TypeAlias = Annotated[
    RegisterShareTargetSuccess | RequestRefused, result("RegisterShareTargetResult")
]
CloseShareTargetResult: TypeAlias = Annotated[
    CloseShareTargetSuccess | RequestRefused, result("CloseShareTargetResult")
]


async def _register(asked: RegisterShareTargetInput, act: OpsAct) -> sharing.Target:
    return await sharing.register(
        title=asked.title,
        url=asked.url,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _close(asked: CloseShareTargetInput, act: OpsAct) -> sharing.Target:
    id = globalids.uuid_of(asked.target_id, Kind.SHARE_TARGET) or NOBODY
    return await sharing.close(id, programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[ShareTargetChanged]) -> Any:
    async def shape(target: sharing.Target, context: OpsContext) -> ShareTargetChanged:
        return kind(target=ShareTarget.of(target))

    return shape


REGISTER: OpsVerb[sharing.Target, RegisterShareTargetResult] = OpsVerb(
    sharing.Target,
    _register,
    _shaped(RegisterShareTargetSuccess),
    permission=Permission.RULES_WRITE,
    made=lambda target: target_id(target.id),
)
CLOSE: OpsVerb[sharing.Target, CloseShareTargetResult] = OpsVerb(
    sharing.Target, _close, _shaped(CloseShareTargetSuccess), permission=Permission.RULES_WRITE
)


@output
class ShareTargetMutations:
    """Mutations about share targets."""

    @mutation
    async def register_share_target(
        self, info: OpsInfo, input: Annotated[RegisterShareTargetInput, argument("What.")]
    ) -> RegisterShareTargetResult | None:
        """Let members share something. Needs RULES_WRITE. Refuses BAD_SHARE_TARGET."""
        return await REGISTER.perform(info, input)

    @mutation
    async def close_share_target(
        self, info: OpsInfo, input: Annotated[CloseShareTargetInput, argument("Which.")]
    ) -> CloseShareTargetResult | None:
        """Let links lead there no longer. Needs RULES_WRITE. Refuses NO_SUCH_SHARE_TARGET."""
        return await CLOSE.perform(info, input)


def target_id(id: UUID) -> strawberry.ID:
    """The global id of a target."""
    return globalids.of(Kind.SHARE_TARGET, id)
