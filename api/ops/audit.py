"""The audit log, as GraphQL."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import NOBODY, operator_id, place_of
from api.scalars import Moment
from domain import operators
from domain.operators import Deed, Permission

By = Annotated[
    strawberry.ID | None, argument("Only the acts of this `Operator`; of all when not said.")
]


@output
class AuditEntry(Node):
    """One act of an operator, or an attempt at one. Entries are never changed or taken away."""

    operator_id: strawberry.ID | None = said(
        "Who did it; null for whoever runs this installation, by its command line."
    )
    verb: str = said("The mutation's name.")
    objects: list[strawberry.ID] = said("The ids of what it was about; at most 20.")
    reason: str = said("Why, in the operator's own words; empty when that was what was refused.")
    outcome: str = said("DONE, or the `ErrorCode` of the refusal.")
    at: Moment = said("When it was asked for.")

    @classmethod
    def of(cls, deed: Deed) -> "AuditEntry":
        """An act, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.DEED, deed.id),
            operator_id=None if deed.operator is None else operator_id(deed.operator),
            verb=deed.verb,
            objects=[strawberry.ID(id) for id in deed.objects],
            reason=deed.reason,
            outcome=deed.outcome,
            at=Moment(deed.at),
        )


@output
class AuditQueries:
    """What was done, by whom, and why."""

    @permitted(Permission.AUDIT_READ)
    async def audit_log(
        self,
        info: OpsInfo,
        operator_id: By = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[AuditEntry] | None:
        """Everything operators did or tried to do, newest first."""
        context = info.context
        asker = await context.allowed(Permission.AUDIT_READ)
        by = _operator(operator_id)
        page = Page[Deed](f"audit {by or ''}", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await operators.audited(
                programme=asker.programme,
                operator=by,
                before=place_of(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=AuditEntry.of, place=lambda one: one.id.bytes)


def _operator(id: str | None) -> UUID | None:
    return None if id is None else globalids.uuid_of(id, Kind.OPERATOR) or NOBODY
