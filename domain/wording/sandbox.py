"""Sandbox: templates of others, run so that they can neither reach anything nor cost much.

Liquid as python-liquid has it, with the tags and filters named here and no others: nothing is
included, no name is there but the key's arguments. What a template may do is counted, not timed:
a clock would refuse on a busy machine what it took yesterday. With a thousand characters, a
hundred rounds of loops and a thousand bytes of text it is over in a few milliseconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext, StrictUndefined
from liquid.ast import Node
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.exceptions import (
    BlockNestingError,
    FilterArgumentError,
    LiquidError,
    LoopIterationLimitError,
    ResourceLimitError,
)
from liquid.expression import Expression

from domain import programmes
from domain.wording.errors import BadTemplate, TemplateTooComplex, TemplateTooLarge
from domain.wording.languages import Language, language_of

SOURCE_CHARACTERS_MAX: Mapping[str, int] = {"title": 200, "body": 1_000}
TEXT_BYTES_MAX = 1_000
ROUNDS_MAX = 100
NESTING_MAX = 8
MEMORY_BYTES_MAX = 10_000
WHY_CHARACTERS_MAX = 200

TAGS = frozenset(
    {"assign", "break", "capture", "case", "comment", "content", "continue", "for", "if"}
    | {"illegal", "output", "unless"}
)
FILTERS = frozenset({"capitalize", "default", "downcase", "strip", "truncate", "upcase"})
ROUNDS = "laurel_rounds"


class Counted(RenderContext):
    """One rendering, which counts the rounds of all its loops together."""

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count a loop that begins. Raises LoopIterationLimitError."""
        rounds = self.tag_namespace.get(ROUNDS, 0) + length
        self.tag_namespace[ROUNDS] = rounds
        if rounds > ROUNDS_MAX:
            raise LoopIterationLimitError("loop iteration limit reached", token=None)


class Template(BoundTemplate):
    """A template that was read."""

    context_class = Counted


class Sandbox(Environment):
    """What a template of one language finds around it."""

    template_class = Template
    block_nesting_limit = NESTING_MAX
    context_depth_limit = NESTING_MAX + 2
    local_namespace_limit = MEMORY_BYTES_MAX
    output_stream_limit = TEXT_BYTES_MAX

    def __init__(self, language: Language) -> None:
        super().__init__(undefined=StrictUndefined)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        self.filters = {name: one for name, one in self.filters.items() if name in FILTERS}
        self.add_filter("number", partial(_number, language))
        self.add_filter("plural", partial(_plural, language))


def read(source: str, *, locale: str, part: str) -> Template:
    """A template in that language; part -- "title" or "body".

    Raises TemplateTooLarge, then BadTemplate or TemplateTooComplex.
    """
    most = SOURCE_CHARACTERS_MAX[part]
    if len(source) > most:
        raise TemplateTooLarge(part, most=most)
    if programmes.plain(" ".join(source.splitlines()), longest=most) is None:
        raise BadTemplate(part, "a template is plain text, in lines")
    try:
        found = _sandbox(language_of(locale).tag).from_string(source)
    except LiquidError as error:
        raise _refusal(error, part) from error
    assert isinstance(found, Template)
    for one in _expressions(found.nodes, RenderContext(found)):
        if isinstance(one, RangeLiteral):
            _check_range(one, part)
    return found


def run(template: Template, names: Mapping[str, str | int | bool], *, part: str) -> str:
    """What the template says, in one line where it is a title, without blanks around.

    Raises TemplateTooComplex and BadTemplate.
    """
    try:
        said = template.render(**names)
    except LiquidError as error:
        raise _refusal(error, part) from error
    except RecursionError as error:
        raise TemplateTooComplex(part, "the template is too deep") from error
    except (ValueError, OverflowError) as error:
        # As a loop with a limit below zero, which the library passes on to Python.
        raise BadTemplate(part, "a number in it is too small or too large") from error
    return said.strip() if part == "body" else " ".join(said.split())


@cache
def _sandbox(tag: str) -> Sandbox:
    return Sandbox(language_of(tag))


def _expressions(nodes: Iterable[Node], context: RenderContext) -> Iterator[Expression]:
    """All that is computed in a template."""
    for node in nodes:
        waiting = [*node.expressions()]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += one.children()
        yield from _expressions(node.children(context, include_partials=False), context)


def _check_range(found: RangeLiteral, part: str) -> None:
    """Only loops count their rounds: a range is also searched, cut and turned round, one by one
    and without an end. So none is longer than a loop may be, whatever it is for."""
    ends = found.start, found.stop
    if not all(isinstance(end, IntegerLiteral) for end in ends):
        raise BadTemplate(part, "a range goes from one number to another, as in (1..3)")
    if any(abs(end.value) > ROUNDS_MAX for end in ends if isinstance(end, IntegerLiteral)):
        raise TemplateTooComplex(part, f"a range goes to {ROUNDS_MAX} at most")


def _refusal(error: LiquidError, part: str) -> BadTemplate | TemplateTooComplex:
    why = str(error.message or "the template cannot be read")[:WHY_CHARACTERS_MAX]
    if isinstance(error, ResourceLimitError | BlockNestingError):
        return TemplateTooComplex(part, why)
    return BadTemplate(part, why)


def _number(language: Language, value: object) -> str:
    return language.number(_whole(value))


def _plural(language: Language, value: object, **forms: Any) -> str:
    form = language.form(_whole(value))
    found = forms.get(form, forms.get("other"))
    if found is None:
        raise FilterArgumentError("plural needs a word for other", token=None)
    return str(found)


def _whole(value: object) -> Decimal | int:
    if isinstance(value, int):
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise FilterArgumentError("number and plural are said of numbers", token=None) from error
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise FilterArgumentError("the number is too large", token=None)
    return number
