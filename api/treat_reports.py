"""Reports about treats, as partners and operators see them: nobody by name."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from api.fields import output, said
from api.scalars import Points
from domain import moments
from domain.challenges import Shown

V = strawberry.enum_value


@strawberry.enum(description="What those who were offered a treat are told apart by.")
class TreatGrouping(Enum):
    """What those who were offered a treat are told apart by."""

    OUTLET = V("OUTLET", description="Where; somebody may be in several.")
    WEEK = V("WEEK", description="When, by the Monday; somebody may be in several.")


@output
class TreatGroup:
    """Some of those who were offered a treat, ten or more."""

    name: str = said("What they are called.")
    members: int = said("How many they are.")
    redeemed: int = said("How many of them were given it.")
    cost: Points = said("Points that it has cost.")


@output
class TreatReport:
    """What became of a treat until now."""

    offered: int = said("How often it was offered.")
    redeemed: int = said("How often it was handed over.")
    refused: int = said("How often somebody did not want it.")
    expired: int = said("How often nobody came in time.")
    cost: Points = said("Points that it has cost.")
    groups: list[TreatGroup] = said(
        "The largest first, 200 at most. Those of fewer than ten members are left out, and "
        "partners see numbers in steps of ten members."
    )


def shaped(report: moments.Report, shown: Shown) -> TreatReport:
    """A report, as the schemas show it."""
    return TreatReport(
        offered=report.offered,
        redeemed=report.redeemed,
        refused=report.refused,
        expired=report.expired,
        cost=Points(report.cost),
        groups=[
            TreatGroup(
                name=name,
                members=group.members,
                redeemed=group.marked,
                cost=Points(group.amount),
            )
            for name, group in shown.groups.items()
        ],
    )


BY: Mapping[Any, moments.By] = {one: moments.By[one.name] for one in TreatGrouping}
