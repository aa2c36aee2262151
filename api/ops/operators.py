"""Operators, as GraphQL: who they are, and the mutations that let them in and change them."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.cursors import bad_cursor
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.words import OperatorState, Permission, Role
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import operators

WRITE = operators.Permission.OPERATORS_WRITE
NOBODY = UUID(int=0)


@output
class Operator(Node):
    """Somebody of the programme's staff."""

    name: str = said("What they are called.")
    email: str = said("Their address, in lower case; an invitation is claimed by it.")
    roles: list[Role] = said("What they are; at most one of each.")
    permissions: list[Permission] = said("All they may see and do; none unless ACTIVE.")
    state: OperatorState = said("Whether they may act.")
    invited_at: Moment = said("When they were invited.")
    invited_until: Moment = said("Until when an invitation may be claimed.")

    @classmethod
    def of(cls, operator: operators.Operator) -> "Operator":
        """An operator, as the schema shows them."""
        return cls(
            id=operator_id(operator.id),
            name=operator.name,
            email=operator.email,
            roles=[Role[role.name] for role in sorted(operator.roles)],
            permissions=[Permission[one.name] for one in sorted(operator.permissions)],
            state=OperatorState[operator.state.name],
            invited_at=Moment(operator.invited_at),
            invited_until=Moment(operator.invited_until),
        )


@output
class OperatorQueries:
    """What operators see of each other."""

    @asked
    async def viewer(self, info: OpsInfo) -> Operator | None:
        """You; null when your token is good but you are no operator of its programme."""
        operator = await info.context.operator()
        return None if operator is None else Operator.of(operator)

    @permitted(operators.Permission.OPERATORS_READ)
    async def operators(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Operator] | None:
        """The operators of the programme, in the order they were invited."""
        context = info.context
        asker = await context.allowed(operators.Permission.OPERATORS_READ)
        page = Page[operators.Operator]("operators", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await operators.listed(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Operator.of, place=lambda one: one.id.bytes)


@input
class InviteOperatorInput:
    """Whom to let in, as what."""

    email: str = said("The address that they sign in with; it must be verified there.")
    name: str = said("What they are called, 1 to 80 characters.")
    roles: list[Role] = said("What they are, each once.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ChangeOperatorRolesInput:
    """Whose roles, and which."""

    operator_id: strawberry.ID = said("The id of an `Operator`.")
    roles: list[Role] = said("All that they are from now on, each once.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SuspendOperatorInput:
    """Whom to suspend."""

    operator_id: strawberry.ID = said("The id of an `Operator`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ReinstateOperatorInput:
    """Whom to reinstate."""

    operator_id: strawberry.ID = said("The id of an `Operator`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class OperatorChanged:
    """The operator, as they are now."""

    operator: Operator = said("The operator, as they are now.")


@output
class InviteOperatorSuccess(OperatorChanged):
    """They may sign in from now on."""


@output
class ChangeOperatorRolesSuccess(OperatorChanged):
    """They have these roles."""


@output
class SuspendOperatorSuccess(OperatorChanged):
    """They may do nothing any more."""


@output
class ReinstateOperatorSuccess(OperatorChanged):
    """They may act again."""


InviteOperatorResult: TypeAlias = Annotated[
    InviteOperatorSuccess | RequestRefused, result("InviteOperatorResult")
]
ChangeOperatorRolesResult: TypeAlias = Annotated[
    ChangeOperatorRolesSuccess | RequestRefused, result("ChangeOperatorRolesResult")
]
SuspendOperatorResult: TypeAlias = Annotated[
    SuspendOperatorSuccess | RequestRefused, result("SuspendOperatorResult")
]
ReinstateOperatorResult: TypeAlias = Annotated[
    ReinstateOperatorSuccess | RequestRefused, result("ReinstateOperatorResult")
]


async def _invite(asked: InviteOperatorInput, act: OpsAct) -> operators.Operator:
    return await operators.invite(
        programme=act.programme.id,
        email=asked.email,
        name=asked.name,
        roles=_roles(asked.roles),
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _change_roles(asked: ChangeOperatorRolesInput, act: OpsAct) -> operators.Operator:
    id, programme = _operator(asked.operator_id), act.programme.id
    return await operators.change_roles(
        id, programme=programme, roles=_roles(asked.roles), tx=act.tx
    )


async def _suspend(asked: SuspendOperatorInput, act: OpsAct) -> operators.Operator:
    id = _operator(asked.operator_id)
    return await operators.suspend(id, programme=act.programme.id, tx=act.tx)


async def _reinstate(asked: ReinstateOperatorInput, act: OpsAct) -> operators.Operator:
    id = _operator(asked.operator_id)
    return await operators.reinstate(id, programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[OperatorChanged]) -> Any:
    async def shape(operator: operators.Operator, context: OpsContext) -> OperatorChanged:
        return kind(operator=Operator.of(operator))

    return shape


PATHS = {"operator": "operator_id"}
INVITE: OpsVerb[operators.Operator, InviteOperatorResult] = OpsVerb(
    operators.Operator,
    _invite,
    _shaped(InviteOperatorSuccess),
    permission=WRITE,
    made=lambda operator: operator_id(operator.id),
)
CHANGE_ROLES: OpsVerb[operators.Operator, ChangeOperatorRolesResult] = OpsVerb(
    operators.Operator,
    _change_roles,
    _shaped(ChangeOperatorRolesSuccess),
    permission=WRITE,
    paths=PATHS,
)
SUSPEND: OpsVerb[operators.Operator, SuspendOperatorResult] = OpsVerb(
    operators.Operator, _suspend, _shaped(SuspendOperatorSuccess), permission=WRITE, paths=PATHS
)
REINSTATE: OpsVerb[operators.Operator, ReinstateOperatorResult] = OpsVerb(
    operators.Operator,
    _reinstate,
    _shaped(ReinstateOperatorSuccess),
    permission=WRITE,
    paths=PATHS,
)


@output
class OperatorMutations:
    """Mutations about operators."""

    @mutation
    async def invite_operator(
        self, info: OpsInfo, input: Annotated[InviteOperatorInput, argument("Whom, as what.")]
    ) -> InviteOperatorResult | None:
        """Invite somebody; they become an operator when they first sign in with that address.
        Needs OPERATORS_WRITE. Refuses BAD_EMAIL, BAD_NAME, BAD_ROLES, ALREADY_OPERATOR."""
        return await INVITE.perform(info, input)

    @mutation
    async def change_operator_roles(
        self, info: OpsInfo, input: Annotated[ChangeOperatorRolesInput, argument("Whose roles.")]
    ) -> ChangeOperatorRolesResult | None:
        """Change what an operator may do. Needs OPERATORS_WRITE. Refuses BAD_ROLES,
        NO_SUCH_OPERATOR, LAST_ADMIN."""
        return await CHANGE_ROLES.perform(info, input)

    @mutation
    async def suspend_operator(
        self, info: OpsInfo, input: Annotated[SuspendOperatorInput, argument("Whom.")]
    ) -> SuspendOperatorResult | None:
        """Stop an operator at once. Needs OPERATORS_WRITE. Refuses NO_SUCH_OPERATOR,
        LAST_ADMIN."""
        return await SUSPEND.perform(info, input)

    @mutation
    async def reinstate_operator(
        self, info: OpsInfo, input: Annotated[ReinstateOperatorInput, argument("Whom.")]
    ) -> ReinstateOperatorResult | None:
        """Let a suspended operator act again. Needs OPERATORS_WRITE. Refuses
        NO_SUCH_OPERATOR."""
        return await REINSTATE.perform(info, input)


def operator_id(id: UUID) -> strawberry.ID:
    """The global id of an operator."""
    return globalids.of(Kind.OPERATOR, id)


def place_of(page: Page[Any]) -> UUID | None:
    """The position of a page whose places are UUIDs. Raises Fault with BAD_CURSOR."""
    position = page.position
    if position is not None and len(position) != 16:
        raise bad_cursor()
    return None if position is None else UUID(bytes=position)


def _operator(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.OPERATOR) or NOBODY


def _roles(roles: list[Role]) -> list[operators.Role]:
    return [operators.Role(role.name) for role in roles]
