"""The mutation by which members say what they want to be told of."""

from typing import Annotated, TypeAlias
from uuid import UUID

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.preferences import MessageChannel, MessageMode, choice_of
from api.refusals import RequestRefused, result
from api.scalars import Minute
from api.topics import MessageTopic
from domain import windows
from domain.windows import Quiet


@input
class TopicChoiceInput:
    """How messages of a topic shall come by a channel."""

    topic: MessageTopic = said("The topic.")
    channel: MessageChannel = said("The channel.")
    mode: MessageMode | None = said("How; null: as your programme does it.", default=None)


@input
class QuietHoursInput:
    """Hours of a day in which nothing is pushed; over midnight where the end is the earlier one.
    Without a start and an end: no hour is quiet."""

    start: Minute | None = said("From when on it is quiet.", default=None)
    end: Minute | None = said("When it is over.", default=None)

    def quiet(self) -> Quiet | bool:
        """The hours as the domain has them; False: none. Raises BadQuietHours."""
        if self.start is None and self.end is None:
            return False
        if self.start is None or self.end is None:
            raise windows.BadQuietHours("quiet hours have a start and an end")
        return Quiet(self.start, self.end)


@input
class UpdateMessagePreferencesInput:
    """What to change; what is not said, or null, stays as it is."""

    choices: list[TopicChoiceInput] | None = said(
        "How topics shall come by channels; those that are not named stay.", default=None
    )
    quiet_hours: QuietHoursInput | None = said("All of your quiet hours.", default=None)
    phone_cap: int | None = said(
        "Most messages a day on phones: 0 or more, as far as your programme allows.", default=None
    )
    watch_cap: int | None = said(
        "Most messages a day on watches: 0 or more, as far as your programme allows.", default=None
    )
    digest_hour: int | None = said("The hour of your day, 0 to 23, for digests.", default=None)
    urgent_in_quiet_hours: bool | None = said(
        "True: what is worth nothing later may come in quiet hours.", default=None
    )


@output
class UpdateMessagePreferencesSuccess:
    """It holds from now on; what was decided before stays so."""

    viewer: Member = said("You, as you are now.")


UpdateMessagePreferencesResult: TypeAlias = Annotated[
    UpdateMessagePreferencesSuccess | RequestRefused, result("UpdateMessagePreferencesResult")
]


async def _update(asked: UpdateMessagePreferencesInput, act: Act) -> UUID:
    change = windows.Change(
        choices=[choice_of(one.topic, one.channel, one.mode) for one in asked.choices or ()],
        quiet=None if asked.quiet_hours is None else asked.quiet_hours.quiet(),
        phone_cap=asked.phone_cap,
        watch_cap=asked.watch_cap,
        digest_hour=asked.digest_hour,
        urgent_in_quiet_hours=asked.urgent_in_quiet_hours,
    )
    await windows.set_preferences(act.member, change, tx=act.tx)
    return act.member.id


async def _updated(member: UUID, context: Context) -> UpdateMessagePreferencesSuccess:
    return UpdateMessagePreferencesSuccess(viewer=await viewer_of(context))


UPDATE: Verb[UUID, UpdateMessagePreferencesResult] = Verb(
    UUID, _update, _updated, paths={"quiet": "quiet_hours"}
)


@output
class PreferenceMutations:
    """The mutation about what one is told of."""

    @mutation
    async def update_message_preferences(
        self,
        info: Info,
        input: Annotated[UpdateMessagePreferencesInput, argument("What to change.")],
    ) -> UpdateMessagePreferencesResult | None:
        """Say what you want to be told of, where and when. Refuses BAD_MESSAGE_MODE,
        BAD_QUIET_HOURS, BAD_MESSAGE_CAP, BAD_DIGEST_HOUR."""
        return await UPDATE.perform(info, input)
