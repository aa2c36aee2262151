"""What the programme does with members who have said nothing about messages, as operators see
and set it."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.preferences import QuietHours, TopicPreference, choice_of, topics
from api.preferring import QuietHoursInput, TopicChoiceInput
from api.refusals import RequestRefused, result
from domain import windows
from domain.operators import Permission
from domain.windows import Channel, Policy, Quiet


@output
class MessagePolicy:
    """What holds for members who have said nothing else, and how much they may ask for."""

    topics: list[TopicPreference] = said("Every topic there is.")
    quiet_hours: QuietHours | None = said("By the zone each member lives in; null: none.")
    phone_cap: int = said("Most messages a day on phones, besides those about points of theirs.")
    watch_cap: int = said("Most messages a day on watches, besides those about points of theirs.")
    phone_cap_max: int = said("The most a member may ask for, and the most that comes to anybody.")
    watch_cap_max: int = said("The most a member may ask for, and the most that comes to anybody.")
    digest_hour: int = said("The hour of a member's day, 0 to 23, at which digests come.")
    urgent_in_quiet_hours: bool = said("True: what is worth nothing later may come in quiet hours.")

    @classmethod
    def of(cls, policy: Policy) -> "MessagePolicy":
        """A policy, as operators see it."""
        return cls(
            topics=topics(policy.modes),
            quiet_hours=QuietHours.of(policy.quiet),
            phone_cap=policy.caps[Channel.PHONE],
            watch_cap=policy.caps[Channel.WATCH],
            phone_cap_max=policy.caps_most[Channel.PHONE],
            watch_cap_max=policy.caps_most[Channel.WATCH],
            digest_hour=policy.digest_hour,
            urgent_in_quiet_hours=policy.urgent_in_quiet_hours,
        )


@output
class MessagePolicyQueries:
    """What operators see of message preferences."""

    @permitted(Permission.PROGRAMME_READ)
    async def message_policy(self, info: OpsInfo) -> MessagePolicy | None:
        """What members are told, where and when, unless they say otherwise."""
        asker = await info.context.allowed(Permission.PROGRAMME_READ)
        async with info.context.reading() as tx:
            return MessagePolicy.of(await windows.policy(asker.programme, tx=tx))


@input
class SetMessagePolicyInput:
    """All of the new policy."""

    choices: list[TopicChoiceInput] = said(
        "How topics come where it is not the app's own way; null for a mode is the app's."
    )
    quiet_hours: QuietHoursInput | None = said("Quiet hours; null: none.", default=None)
    phone_cap: int = said("Most messages a day on phones, 0 to `phoneCapMax`.")
    watch_cap: int = said("Most messages a day on watches, 0 to `watchCapMax`.")
    phone_cap_max: int = said("The most a member may ask for, 0 to 100.")
    watch_cap_max: int = said("The most a member may ask for, 0 to 100.")
    digest_hour: int = said("The hour of a member's day, 0 to 23, for digests.")
    urgent_in_quiet_hours: bool = said("True: what is worth nothing later may come then.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetMessagePolicySuccess:
    """It holds from now on for all who have said nothing else."""

    policy: MessagePolicy = said("The policy.")


SetMessagePolicyResult: TypeAlias = Annotated[
    SetMessagePolicySuccess | RequestRefused, result("SetMessagePolicyResult")
]


async def _set(asked: SetMessagePolicyInput, act: OpsAct) -> None:
    quiet = False if asked.quiet_hours is None else asked.quiet_hours.quiet()
    wanted = Policy(
        quiet=quiet if isinstance(quiet, Quiet) else None,
        caps={Channel.PHONE: asked.phone_cap, Channel.WATCH: asked.watch_cap},
        caps_most={Channel.PHONE: asked.phone_cap_max, Channel.WATCH: asked.watch_cap_max},
        digest_hour=asked.digest_hour,
        urgent_in_quiet_hours=asked.urgent_in_quiet_hours,
    )
    choices = [choice_of(one.topic, one.channel, one.mode) for one in asked.choices]
    await windows.set_policy(wanted, choices=choices, programme=act.programme.id, tx=act.tx)


async def _is_set(_: None, context: OpsContext) -> SetMessagePolicySuccess:
    programme = (await context.programme()).id
    async with context.reading() as tx:
        return SetMessagePolicySuccess(
            policy=MessagePolicy.of(await windows.policy(programme, tx=tx))
        )


SET: OpsVerb[None, SetMessagePolicyResult] = OpsVerb(
    type(None),
    _set,
    _is_set,
    permission=Permission.PROGRAMME_WRITE,
    paths={
        "quiet": "quiet_hours",
        "phone_cap_most": "phone_cap_max",
        "watch_cap_most": "watch_cap_max",
    },
)


@output
class MessagePolicyMutations:
    """Mutations about what members are told."""

    @mutation
    async def set_message_policy(
        self, info: OpsInfo, input: Annotated[SetMessagePolicyInput, argument("The policy.")]
    ) -> SetMessagePolicyResult | None:
        """Change what members are told, where and when, unless they say otherwise. Needs
        PROGRAMME_WRITE. Refuses BAD_QUIET_HOURS, BAD_MESSAGE_CAP, BAD_DIGEST_HOUR,
        BAD_MESSAGE_MODE."""
        return await SET.perform(info, input)
