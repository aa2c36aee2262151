"""The mutation that takes a workout file."""

from typing import Annotated, TypeAlias

from api import bodies
from api.activities import Activity
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import DuplicateFile, RequestRefused, result
from api.scalars import Upload
from api.states import ActivityType
from domain import activities


@input
class UploadActivityInput:
    """The file, and what you say about it."""

    file: Upload = said("FIT, GPX or TCX, 10 MiB at most; in a GraphQL multipart request.")
    type: ActivityType | None = said(
        "What you did, where the file does not tell; never against the file.", default=None
    )


@output
class UploadActivitySuccess:
    """The file is taken and will be read within seconds."""

    activity: Activity = said("The activity, PROCESSING until the file has been read.")
    viewer: Member = said("You, as you are now.")


UploadActivityResult: TypeAlias = Annotated[
    UploadActivitySuccess | DuplicateFile | RequestRefused, result("UploadActivityResult")
]


async def _receive(asked: UploadActivityInput, act: Act) -> activities.Activity:
    file = asked.file
    assert isinstance(file, bodies.Upload), "the scalar lets nothing else through"
    return await activities.receive(
        act.member,
        content=file.content,
        name=file.name,
        stated_type=None if asked.type is None else activities.Type[asked.type.name],
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _received(activity: activities.Activity, context: Context) -> UploadActivitySuccess:
    return UploadActivitySuccess(activity=Activity.of(activity), viewer=await viewer_of(context))


RECEIVE: Verb[activities.Activity, UploadActivityResult] = Verb(
    activities.Activity, _receive, _received
)


@output
class UploadMutations:
    """Mutations about activities."""

    @mutation
    async def upload_activity(
        self, info: Info, input: Annotated[UploadActivityInput, argument("The file.")]
    ) -> UploadActivityResult | None:
        """Send a workout. It is read within seconds, and what it earns arrives then. Refuses
        EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_FORMAT, NOT_A_SPORT, BAD_ACTIVITY_NAME,
        DUPLICATE_FILE, TOO_MANY_WAITING."""
        return await RECEIVE.perform(info, input)
