"""What members are told and in which words, as operators see and change it."""

from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import operator_id
from api.refusals import RequestRefused, plain, result, shaped
from api.scalars import Moment
from domain import wording
from domain.operators import Permission
from domain.programmes import BadLocale
from domain.wording import Edition, Source, Words

V = strawberry.enum_value
Locale = Annotated[str, argument("A BCP 47 tag, such as pl or sr-Cyrl.")]
Key = Annotated[str, argument("The key of a `MessageTemplate`.")]
REFUSED = (
    wording.BadTemplate,
    wording.NoSuchKey,
    wording.TemplateTooComplex,
    wording.TemplateTooLarge,
    BadLocale,
)


@strawberry.enum(description="What an argument of a message is, and so how it is written.")
class MessageArgumentKind(Enum):
    """What an argument of a message is."""

    TEXT = V("TEXT", description="A name of something, as it is.")
    NAME = V("NAME", description="A person's name; for who has none here, a word for somebody.")
    NUMBER = V("NUMBER", description="A whole number.")
    POINTS = V("POINTS", description='Points with their unit, as in "20 points".')
    METRES = V("METRES", description='A distance, as in "5.2 km".')
    SECONDS = V("SECONDS", description='A time, as in "45 min".')
    MESSAGES = V("MESSAGES", description='Messages, as in "3 new messages".')


@output
class MessageArgument:
    """Something a message is about. In a template: `{{ name }}`; of what is counted there is also
    `{{ name_count }}`, a number for the filters `number` and `plural`."""

    name: str = said("What it is called in templates.")
    kind: MessageArgumentKind = said("What it is.")


@output
class MessageWords:
    """A title and a body: templates in Liquid, or what they came to."""

    title: str = said("The title; empty for the words of a unit.")
    body: str = said("The body.")

    @classmethod
    def of(cls, words: Source | Words) -> "MessageWords":
        """Words, as the schema shows them."""
        return cls(title=words.title, body=words.body)


@output
class MessageTemplateEdition(Node):
    """What the programme said for a message in a language from some time on."""

    number: int = said("1, 2, 3 for this message and language.")
    words: MessageWords | None = said("The templates; null: it went back to the app's own words.")
    saved_by: strawberry.ID | None = said(
        "The `Operator`; null for whoever runs this installation."
    )
    saved_at: Moment = said("Since when.")

    @classmethod
    def of(cls, edition: Edition) -> "MessageTemplateEdition":
        """An edition, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.TEMPLATE, edition.id),
            number=edition.number,
            words=None if edition.words is None else MessageWords.of(edition.words),
            saved_by=None if edition.saved_by is None else operator_id(edition.saved_by),
            saved_at=Moment(edition.saved_at),
        )


@output
class MessageTemplate:
    """One thing that members are told, in one language."""

    key: str = said("Its name, such as transfers.received.")
    locale: str = said("The language, as a BCP 47 tag.")
    arguments: list[MessageArgument] = said("What it is about.")
    own: MessageTemplateEdition | None = said(
        "What the programme says in this very language; null: it never said anything."
    )
    usual: MessageWords = said("The app's own words for readers of this language.")


@output
class MessageTemplatePreview:
    """What templates would say."""

    messages: list[MessageWords] = said("With samples of every argument; empty when refused.")
    refused: RequestRefused | None = said("Why they could not be saved; null: they could.")


@input
class MessageWordsInput:
    """A title and a body in Liquid: `{{ name }}` for an argument, `{% if %}`, `{% case %}`,
    `{% for %}`, `{% assign %}`; the filters number, plural, capitalize, default, downcase, strip,
    truncate and upcase. In one: `{{ points_count | plural: one: 'mile', other: 'miles' }}`."""

    title: str = said("The title, 200 characters at most; empty for the words of a unit.")
    body: str = said("The body, 1,000 characters at most.")

    def source(self) -> Source:
        """The words as the domain has them."""
        return Source(self.title, self.body)


@output
class WordingQueries:
    """What operators see of what members are told."""

    @permitted(Permission.WORDING_READ)
    async def message_templates(
        self, info: OpsInfo, locale: Locale
    ) -> list[MessageTemplate] | None:
        """Everything members are told, in one language; nothing where that is no language tag."""
        asker = await info.context.allowed(Permission.WORDING_READ)
        try:
            async with info.context.reading() as tx:
                own = await wording.current(locale=locale, programme=asker.programme, tx=tx)
        except BadLocale:
            return []
        return [_template(key, locale, own.get(key)) for key in wording.KEYS]

    @permitted(Permission.WORDING_READ)
    async def message_template_history(
        self,
        info: OpsInfo,
        key: Key,
        locale: Locale,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[MessageTemplateEdition] | None:
        """What the programme said for one message in one language, newest first; nothing where
        there is no such message or language."""
        context = info.context
        asker = await context.allowed(Permission.WORDING_READ)
        page = Page[Edition](f"wording {key} {locale}", asker, context, first=first, after=after)
        before = None if page.position is None else int.from_bytes(page.position, "big")
        found: Sequence[Edition] = []
        with suppress(wording.NoSuchKey, BadLocale):
            async with context.reading() as tx:
                found = await wording.history(
                    key,
                    locale=locale,
                    before=before,
                    limit=page.limit,
                    programme=asker.programme,
                    tx=tx,
                )
        return page.shaped(
            found, node=MessageTemplateEdition.of, place=lambda one: one.number.to_bytes(4, "big")
        )

    @permitted(Permission.WORDING_READ)
    async def preview_message_template(
        self,
        info: OpsInfo,
        key: Key,
        locale: Locale,
        words: Annotated[MessageWordsInput, argument("The templates.")],
    ) -> MessageTemplatePreview | None:
        """What templates would say, or why they cannot be saved; nothing is kept."""
        asker = await info.context.allowed(Permission.WORDING_READ)
        try:
            async with info.context.reading() as tx:
                found = await wording.preview(
                    key, locale=locale, words=words.source(), programme=asker.programme, tx=tx
                )
        except REFUSED as refused:
            told = shaped(plain(refused, asked=None, paths={}))
            assert isinstance(told, RequestRefused), "its code tells a refused template in full"
            return MessageTemplatePreview(messages=[], refused=told)
        return MessageTemplatePreview(messages=_said(found), refused=None)


@input
class SaveMessageTemplateInput:
    """What to say, of what and in which language."""

    key: str = said("The key of a `MessageTemplate`.")
    locale: str = said("The language, as a BCP 47 tag.")
    words: MessageWordsInput | None = said("The words; null: the app's own again.", default=None)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SaveMessageTemplateSuccess:
    """Whoever is told from now on reads it so, as whoever looks at an older message does."""

    template: MessageTemplate = said("The message, as it is now.")


SaveMessageTemplateResult: TypeAlias = Annotated[
    SaveMessageTemplateSuccess | RequestRefused, result("SaveMessageTemplateResult")
]


async def _save(asked: SaveMessageTemplateInput, act: OpsAct) -> Edition:
    return await wording.save(
        asked.key,
        locale=asked.locale,
        words=None if asked.words is None else asked.words.source(),
        programme=act.programme.id,
        operator=act.operator.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _saved(edition: Edition, context: OpsContext) -> SaveMessageTemplateSuccess:
    return SaveMessageTemplateSuccess(template=_template(edition.key, edition.locale, edition))


def _edition_id(edition: Edition) -> strawberry.ID:
    return globalids.of(Kind.TEMPLATE, edition.id)


SAVE: OpsVerb[Edition, SaveMessageTemplateResult] = OpsVerb(
    Edition, _save, _saved, permission=Permission.WORDING_WRITE, made=_edition_id
)


@output
class WordingMutations:
    """Mutations about what members are told."""

    @mutation
    async def save_message_template(
        self, info: OpsInfo, input: Annotated[SaveMessageTemplateInput, argument("The words.")]
    ) -> SaveMessageTemplateResult | None:
        """Say something in the programme's own words from now on. Needs WORDING_WRITE. Refuses
        NO_SUCH_MESSAGE, BAD_LOCALE, TEMPLATE_TOO_LARGE, TEMPLATE_TOO_COMPLEX, BAD_TEMPLATE."""
        return await SAVE.perform(info, input)


def _template(key: str, locale: str, own: Edition | None) -> MessageTemplate:
    return MessageTemplate(
        key=key,
        locale=locale,
        arguments=[
            MessageArgument(name=name, kind=MessageArgumentKind[kind.name])
            for name, kind in wording.KEYS[key].args.items()
        ],
        own=None if own is None else MessageTemplateEdition.of(own),
        usual=MessageWords.of(wording.usual_words(key, locale=locale)),
    )


def _said(found: Sequence[Words]) -> list[MessageWords]:
    return [MessageWords.of(one) for one in found]
