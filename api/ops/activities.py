"""Activities, as operators see them: what waits for a look, the decision, and how a programme
believes."""

from enum import Enum
from struct import Struct
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from api.scalars import Day, Moment, Quantity
from api.states import (
    ActivityProof,
    ActivityReason,
    ActivityRecorder,
    ActivityState,
    ActivityTaking,
    ActivityType,
)
from domain import activities
from domain.activities import Order, Place, Policy, Recorder, State, Taking
from domain.operators import Permission

V = strawberry.enum_value
PLACE = Struct(">q16s")


@strawberry.enum(description="What an operator is asked to look at.")
class ReviewState(Enum):
    """What waits for a look."""

    REVIEW = V("REVIEW", description="It earns nothing until somebody decides.")
    PENDING = V("PENDING", description="Doubted a little; its points arrive if nobody says no.")


@strawberry.enum(description="What comes first in the queue.")
class ReviewOrder(Enum):
    """What comes first."""

    OLDEST = V("OLDEST", description="What has waited longest.")
    LEAST_BELIEVED = V("LEAST_BELIEVED", description="What has the lowest score.")


@output
class Activity(Node):
    """One thing a member did, as operators see it."""

    member_id: strawberry.ID = said("The id of the member who did it.")
    type: ActivityType = said("What it was.")
    state: ActivityState = said("What became of it.")
    reasons: list[ActivityReason] = said("What speaks against it; at most 50, usually none.")
    score: int | None = said("How much it is believed, 0 to 100.")
    judged_at: Moment = said("Since when it is as it is.")
    started_at: Moment | None = said("When it began; null when nothing tells.")
    ended_at: Moment | None = said("When it ended; null when nothing tells.")
    day: Day | None = said("The day it counts for, in the member's zone then.")
    duration_seconds: int = said("Seconds without pauses.")
    distance_metres: int = said("Metres.")
    quantity: Quantity = said("What else counts, in the unit of its type.")
    proof: ActivityProof = said("Who vouches for it.")
    source: str = said("Who told us: `file`, or such as `strava` or `partner:mill-bakery`.")
    device: str | None = said("What recorded it, as the source says.")
    revision: int = said("How often it was judged.")

    @classmethod
    def of(cls, waiting: activities.Waiting) -> "Activity":
        """An activity, as operators see it."""
        one = waiting.activity
        return cls(
            id=globalids.of(Kind.ACTIVITY, one.id),
            member_id=globalids.of(Kind.MEMBER, one.member),
            type=ActivityType[one.type],
            state=ActivityState[one.state],
            reasons=[ActivityReason[reason] for reason in one.reasons],
            score=one.score,
            judged_at=Moment(waiting.judged_at),
            started_at=None if one.started_at is None else Moment(one.started_at),
            ended_at=None if one.ended_at is None else Moment(one.ended_at),
            day=None if one.day is None else Day(one.day),
            duration_seconds=one.duration_s,
            distance_metres=one.distance_m,
            quantity=Quantity(one.quantity),
            proof=ActivityProof[one.proof],
            source=one.source,
            device=one.device,
            revision=one.revision,
        )


@output
class ActivityPolicy:
    """How the programme believes."""

    recorders: list[ActivityRecorder] = said(
        "Whose word counts where several recorded one time, the best first; each of them once."
    )
    manual: ActivityTaking = said("What becomes of what is typed in.")
    indoor: ActivityTaking = said("What becomes of distances that a machine measured.")

    @classmethod
    def of(cls, policy: Policy) -> "ActivityPolicy":
        """A policy, as the schema shows it."""
        return cls(
            recorders=[ActivityRecorder[recorder] for recorder in policy.recorders],
            manual=ActivityTaking[policy.manual],
            indoor=ActivityTaking[policy.indoor],
        )


States = Annotated[
    list[ReviewState] | None, argument("Only those in these states; both when not said.")
]
Sorted = Annotated[ReviewOrder | None, argument("What comes first; OLDEST when not said.")]


@output
class ActivityQueries:
    """What operators see of activities."""

    @permitted(Permission.ACTIVITIES_READ)
    async def activities_to_review(
        self,
        info: OpsInfo,
        states: States = None,
        order: Sorted = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Activity] | None:
        """What waits for a look. A PENDING is there for 30 days, where something speaks against
        it; what is undecided then stays as it is."""
        context = info.context
        asker = await context.allowed(Permission.ACTIVITIES_READ)
        wanted = [State(state.name) for state in states or list(ReviewState)]
        by = Order((order or ReviewOrder.OLDEST).name)
        list_name = f"review:{by}:{','.join(sorted(set(wanted)))}"
        page = Page[activities.Waiting](list_name, asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await activities.to_review(
                asker.programme,
                states=wanted,
                order=by,
                after=_place(page.position),
                limit=page.limit,
                at=context.at,
                tx=tx,
            )
        return page.shaped(found, node=Activity.of, place=lambda one: _bytes(one.place(by)))

    @permitted(Permission.ACTIVITIES_READ)
    async def activity(
        self,
        info: OpsInfo,
        id: Annotated[strawberry.ID, argument("The id of an `Activity`.")],
    ) -> Activity | None:
        """One activity of the programme; null when there is none with that id, or nobody has
        read its file yet."""
        context = info.context
        asker = await context.allowed(Permission.ACTIVITIES_READ)
        async with context.reading() as tx:
            found = await activities.judged_one(activity_of(id), programme=asker.programme, tx=tx)
        return None if found is None else Activity.of(found)

    @permitted(Permission.ACTIVITIES_READ)
    async def activity_policy(self, info: OpsInfo) -> ActivityPolicy | None:
        """How the programme believes; the usual policy until it sets one of its own."""
        context = info.context
        asker = await context.allowed(Permission.ACTIVITIES_READ)
        async with context.reading() as tx:
            return ActivityPolicy.of(await activities.policy(asker.programme, tx=tx))


@input
class DecideActivityInput:
    """Which activity, and whether it counts."""

    activity_id: strawberry.ID = said("The id of an `Activity` in REVIEW or PENDING.")
    counted: bool = said("True: it counts. False: it is rejected, as REFUSED_IN_REVIEW.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SetActivityPolicyInput:
    """How the programme is to believe from now on."""

    recorders: list[ActivityRecorder] = said("The best first, each of them once.")
    manual: ActivityTaking = said("What becomes of what is typed in.")
    indoor: ActivityTaking = said("What becomes of distances that a machine measured.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class DecideActivitySuccess:
    """It is decided; the member sees the outcome."""

    activity: Activity = said("The activity, as it is now.")


@output
class SetActivityPolicySuccess:
    """The programme believes so, from the next report on."""

    policy: ActivityPolicy = said("The policy.")


DecideActivityResult: TypeAlias = Annotated[
    DecideActivitySuccess | RequestRefused, result("DecideActivityResult")
]
SetActivityPolicyResult: TypeAlias = Annotated[
    SetActivityPolicySuccess | RequestRefused, result("SetActivityPolicyResult")
]


async def _decide(asked: DecideActivityInput, act: OpsAct) -> activities.Waiting:
    decided = await activities.decide(
        activity_of(asked.activity_id),
        programme=act.programme.id,
        counted=asked.counted,
        at=act.at,
        tx=act.tx,
    )
    return activities.Waiting(decided, act.at)


async def _decided(waiting: activities.Waiting, context: OpsContext) -> DecideActivitySuccess:
    return DecideActivitySuccess(activity=Activity.of(waiting))


async def _set_policy(asked: SetActivityPolicyInput, act: OpsAct) -> Policy:
    policy = Policy(
        tuple(Recorder(recorder.name) for recorder in asked.recorders),
        Taking(asked.manual.name),
        Taking(asked.indoor.name),
    )
    return await activities.set_policy(policy, programme=act.programme.id, at=act.at, tx=act.tx)


async def _policy_set(policy: Policy, context: OpsContext) -> SetActivityPolicySuccess:
    return SetActivityPolicySuccess(policy=ActivityPolicy.of(policy))


DECIDE: OpsVerb[activities.Waiting, DecideActivityResult] = OpsVerb(
    activities.Waiting,
    _decide,
    _decided,
    permission=Permission.ACTIVITIES_REVIEW,
    paths={"id": "activity_id"},
)
SET_POLICY: OpsVerb[Policy, SetActivityPolicyResult] = OpsVerb(
    Policy, _set_policy, _policy_set, permission=Permission.PROGRAMME_WRITE
)


@output
class ActivityMutations:
    """Mutations about activities."""

    @mutation
    async def decide_activity(
        self, info: OpsInfo, input: Annotated[DecideActivityInput, argument("Which, and how.")]
    ) -> DecideActivityResult | None:
        """Say whether an activity counts. The first decision stands. Needs ACTIVITIES_REVIEW.
        Refuses NO_SUCH_ACTIVITY, ACTIVITY_WITHDRAWN, REVIEW_CLOSED."""
        return await DECIDE.perform(info, input)

    @mutation
    async def set_activity_policy(
        self, info: OpsInfo, input: Annotated[SetActivityPolicyInput, argument("How.")]
    ) -> SetActivityPolicyResult | None:
        """Set how the programme believes; what was judged before stays as it is. Needs
        PROGRAMME_WRITE. Refuses BAD_ACTIVITY_POLICY."""
        return await SET_POLICY.perform(info, input)


def _place(said: bytes | None) -> Place | None:
    if said is None:
        return None
    key, id = PLACE.unpack(said)
    return Place(key, UUID(bytes=id))


def _bytes(place: Place) -> bytes:
    return PLACE.pack(place.key, place.id.bytes)


def activity_of(id: str) -> UUID:
    """The activity that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.ACTIVITY) or NOBODY
