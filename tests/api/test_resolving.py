"""The short way to a field's value gives what Strawberry's own way gives."""

import strawberry
from graphql import ExecutionResult, execute, parse

from api import resolving, schema
from api.fields import asked, output, said


@output
class Shoe:
    """A thing with a field of every sort."""

    made_by: str | None = said("An attribute.")
    size: int = said("An attribute of a number.")

    @asked
    def label(self) -> str:
        """Runs without knowing who asks."""
        return f"{self.made_by} {self.size}"

    @asked
    async def owner(self, info: strawberry.Info) -> str:
        """Waits, and knows who asks and for which field."""
        return f"{info.context} asks for {info.field_name} as {info.python_name}"

    @asked
    def grown(self, info: strawberry.Info, by: int = 1) -> int:
        """Takes an argument."""
        return self.size + by

    @asked
    def worn(self) -> str:
        """Fails."""
        raise ValueError("no soles")


def opened(info: strawberry.Info) -> str:
    return f"{info.context} may come in"


@strawberry.type
class Shop:
    open: str = strawberry.field(resolver=opened)

    @strawberry.field
    def shoe(self) -> Shoe:
        return Shoe(made_by="Ada", size=38)

    @strawberry.field
    def none(self) -> Shoe | None:
        return Shoe(made_by=None, size="large")  # type: ignore[arg-type]


ASK = """
{
  open
  shoe { madeBy size label owner grown more: grown(by: 3) __typename }
  none { madeBy size worn }
}
"""


async def test_given_fields_of_every_sort_when_shortened_then_the_answer_is_the_same() -> None:
    long, short = (strawberry.Schema(Shop)._schema for _ in range(2))

    answers = []
    for one in (long, resolving.shorten(short)):
        found = execute(one, parse(ASK), context_value="ada")
        answers.append(found if isinstance(found, ExecutionResult) else await found)

    assert answers[0].data == answers[1].data
    assert answers[1].data == {
        "open": "ada may come in",
        "shoe": {
            "madeBy": "Ada",
            "size": 38,
            "label": "Ada 38",
            "owner": "ada asks for owner as owner",
            "grown": 39,
            "more": 41,
            "__typename": "Shoe",
        },
        "none": None,
    }
    assert [e.formatted for e in answers[0].errors or ()] == [
        e.formatted for e in answers[1].errors or ()
    ]
    assert answers[1].errors


def test_given_the_schema_when_built_then_its_plain_fields_are_short() -> None:
    fields = schema.build().type_map["StatementEntry"].fields  # type: ignore[attr-defined]

    ways = {field.resolve.__module__ for field in fields.values()}

    assert ways == {resolving.__name__}
