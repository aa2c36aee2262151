"""What waits to be pushed, as operators see it, and how what was stopped goes on."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import push
from domain.operators import Permission


@output
class StoppedPush:
    """A template of which nothing is pushed, since Firebase refused a message of it."""

    template: str = said("Which one: a key of the wording, or of a broadcast.")
    error: str = said("What Firebase said.")
    at: Moment = said("When.")


@output
class PushBacklog:
    """The pushes of one template that wait."""

    template: str = said("Which one: a key of the wording, or of a broadcast.")
    waiting: int = said("How many wait, one for each device.")
    parked: int = said("Of them those that wait until somebody lets them go on.")
    oldest: Moment = said("When the first of them was ordered.")


@input
class ResumePushesInput:
    """Of which template, and why."""

    template: str | None = said("A template that is stopped; null: all of them.", default=None)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ResumePushesSuccess:
    """They go on; a template that is still bad is stopped by its first message."""

    resumed: int = said("How many pushes wait to be sent again.")


ResumePushesResult: TypeAlias = Annotated[
    ResumePushesSuccess | RequestRefused, result("ResumePushesResult")
]


@output
class PushQueries:
    """What operators see of pushes."""

    @permitted(Permission.PUSH_READ)
    async def stopped_pushes(self, info: OpsInfo) -> list[StoppedPush] | None:
        """The templates that are stopped, newest first: a hundred at most."""
        asker = await info.context.allowed(Permission.PUSH_READ)
        async with info.context.reading() as tx:
            found = await push.stopped(programme=asker.programme, tx=tx)
        return [
            StoppedPush(template=one.template, error=one.error, at=Moment(one.at)) for one in found
        ]

    @permitted(Permission.PUSH_READ)
    async def push_backlog(self, info: OpsInfo) -> list[PushBacklog] | None:
        """What waits to be pushed, by template: a hundred at most."""
        asker = await info.context.allowed(Permission.PUSH_READ)
        async with info.context.reading() as tx:
            found = await push.waiting(programme=asker.programme, tx=tx)
        return [
            PushBacklog(
                template=one.template,
                waiting=one.waiting,
                parked=one.parked,
                oldest=Moment(one.oldest),
            )
            for one in found
        ]


async def _resume(asked: ResumePushesInput, act: OpsAct) -> int:
    return await push.resume(
        programme=act.programme.id, template=asked.template, at=act.at, tx=act.tx
    )


async def _resumed(count: int, context: OpsContext) -> ResumePushesSuccess:
    return ResumePushesSuccess(resumed=count)


RESUME: OpsVerb[int, ResumePushesResult] = OpsVerb(
    int, _resume, _resumed, permission=Permission.PUSH_WRITE
)


@output
class PushMutations:
    """Mutations about pushes."""

    @mutation
    async def resume_pushes(
        self, info: OpsInfo, input: Annotated[ResumePushesInput, argument("Of which template.")]
    ) -> ResumePushesResult | None:
        """Send what was stopped and laid aside, once its template is mended. Needs PUSH_WRITE."""
        return await RESUME.perform(info, input)
