"""What a member wants to be told of, as GraphQL."""

from enum import Enum

import strawberry

from api.context import Info
from api.fields import asked, output, said
from api.scalars import Minute
from api.topics import MessageTopic
from domain import windows
from domain.members import Member as Asker
from domain.windows import Channel, Mode, Preferences, Topic

V = strawberry.enum_value


@strawberry.enum(description="Where a message is shown.")
class MessageChannel(Enum):
    """Where a message is shown."""

    INBOX = V("INBOX", description="In the app, for whoever looks; it disturbs nobody.")
    PHONE = V("PHONE", description="Pushed to phones.")
    WATCH = V("WATCH", description="Pushed to watches.")


@strawberry.enum(description="How messages of a topic come by a channel.")
class MessageMode(Enum):
    """How messages of a topic come by a channel."""

    ON = V("ON", description="Each by itself.")
    DIGEST = V(
        "DIGEST", description="Those that can wait are gathered and told in one, once a day."
    )
    OFF = V("OFF", description="Not at all.")


@output
class TopicPreference:
    """How messages of one topic come."""

    topic: MessageTopic = said("The topic.")
    inbox: MessageMode = said("In the inbox.")
    phone: MessageMode = said("On phones.")
    watch: MessageMode = said("On watches.")


@output
class QuietHours:
    """Hours of your day in which nothing is pushed. They may go over midnight."""

    start: Minute = said("From when on it is quiet.")
    end: Minute = said("When it is over.")

    @classmethod
    def of(cls, quiet: windows.Quiet | None) -> "QuietHours | None":
        """Quiet hours, as the schema shows them."""
        if quiet is None:
            return None
        return cls(start=Minute(quiet.from_minute), end=Minute(quiet.until_minute))


@output
class MessagePreferences:
    """What you are told, where and when: what you said, and your programme's way elsewhere.

    Messages about points of yours are never capped or left out; in quiet hours they wait for the
    end of these.
    """

    topics: list[TopicPreference] = said("Every topic there is.")
    quiet_hours: QuietHours | None = said("By the zone you live in; null: none.")
    phone_cap: int = said("Most messages a day on phones, besides those about points of yours.")
    watch_cap: int = said("Most messages a day on watches, besides those about points of yours.")
    digest_hour: int = said("The hour of your day, 0 to 23, at which digests come.")
    urgent_in_quiet_hours: bool = said(
        "True: what is worth nothing later, such as an offer nearby, may come in quiet hours."
    )

    @classmethod
    def of(cls, wanted: Preferences) -> "MessagePreferences":
        """Preferences, as the schema shows them."""
        return cls(
            topics=topics(wanted.modes),
            quiet_hours=QuietHours.of(wanted.quiet),
            phone_cap=wanted.caps[Channel.PHONE],
            watch_cap=wanted.caps[Channel.WATCH],
            digest_hour=wanted.digest_hour,
            urgent_in_quiet_hours=wanted.urgent_in_quiet_hours,
        )


@output
class PreferringMember:
    """What a member wants to be told of."""

    record: strawberry.Private[Asker]

    @asked
    async def message_preferences(self, info: Info) -> MessagePreferences:
        """What you are told of, where and when."""
        async with info.context.reading() as tx:
            return MessagePreferences.of(await windows.preferences(self.record, tx=tx))


def topics(modes: windows.Modes) -> list[TopicPreference]:
    """How each topic comes, in the order of the topics."""
    return [
        TopicPreference(
            topic=MessageTopic[topic.name],
            inbox=MessageMode[modes[topic, Channel.INBOX].name],
            phone=MessageMode[modes[topic, Channel.PHONE].name],
            watch=MessageMode[modes[topic, Channel.WATCH].name],
        )
        for topic in Topic
    ]


def choice_of(
    topic: MessageTopic, channel: MessageChannel, mode: MessageMode | None
) -> windows.Choice:
    """A choice as the domain has it."""
    wanted = None if mode is None else Mode[mode.name]
    return windows.Choice(Topic[topic.name], Channel[channel.name], wanted)
