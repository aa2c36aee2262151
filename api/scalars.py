"""Scalars: the kinds of single value the schema has beside GraphQL's own."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, NewType

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped

from api.bodies import Upload as UploadedFile

POINTS_MAX = 2**53
# No platform nests deeper than half of it; what walks a value later calls itself for each level.
JSON_LEVELS_MAX = 20
INTEGER_MAX = 2**63
DAY_MINUTES = 24 * 60
LOCAL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)


def _whole(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number; 5.0 is the 5 of some clients.
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > POINTS_MAX:
        raise GraphQLError("It must be a whole number between -2^53 and 2^53.")
    return value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise GraphQLError("DateTime must be an RFC 3339 time.") from error
    if moment.tzinfo is None:
        raise GraphQLError("DateTime must say its offset from UTC.")
    return moment.astimezone(UTC)


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise GraphQLError("Date must be written as 2026-04-01.") from error


def _minute(value: object) -> int:
    found = LOCAL_TIME.fullmatch(value if isinstance(value, str) else "")
    if found is None:
        raise GraphQLError("LocalTime must be written as 06:30, from 00:00 to 24:00.")
    return int(found[1]) * 60 + int(found[2]) if found[1] else DAY_MINUTES


def _file(value: Any) -> UploadedFile:
    if not isinstance(value, UploadedFile):
        raise GraphQLError("Upload must be a file of a multipart request.")
    return value


def _json(value: object, levels: int = JSON_LEVELS_MAX) -> object:
    """The value, if it can be read and written again without end or loss."""
    if levels == 0:
        raise GraphQLError(f"JSON must be at most {JSON_LEVELS_MAX} levels deep.")
    if isinstance(value, int) and not -INTEGER_MAX <= value < INTEGER_MAX:
        raise GraphQLError("A whole number in JSON must fit into 64 bits.")
    for one in value.values() if isinstance(value, dict) else ():
        _json(one, levels - 1)
    for one in value if isinstance(value, list) else ():
        _json(one, levels - 1)
    return value


def _json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
    try:
        return _json(value_from_ast_untyped(node, variables))
    except (RecursionError, ValueError) as error:
        raise GraphQLError("The JSON cannot be read.") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Cursor must be text.")
    return value


Points = NewType("Points", int)
Quantity = NewType("Quantity", int)
Cursor = NewType("Cursor", str)
Moment = NewType("Moment", datetime)
Day = NewType("Day", date)
Minute = NewType("Minute", int)
Upload = NewType("Upload", object)
Json = NewType("Json", object)

SCALARS: dict[object, Any] = {
    Points: strawberry.scalar(
        name="Points",
        description="A whole number of points, between -2^53 and 2^53: never a fraction.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        serialize=_whole,
        parse_value=_whole,
    ),
    Quantity: strawberry.scalar(
        name="Quantity",
        description="A whole number of something, at most 2^53; the field says of what.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        serialize=_whole,
        parse_value=_whole,
    ),
    Moment: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as in 2026-04-01T09:30:00.000Z.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_shown,
        parse_value=_moment,
    ),
    Day: strawberry.scalar(
        name="Date",
        description="A day of the calendar, as in 2026-04-01, in whose zone the field says.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=lambda day: day.isoformat(),
        parse_value=_day,
    ),
    Minute: strawberry.scalar(
        name="LocalTime",
        description="A time of a member's own day, as in 06:30, to the minute: 00:00 to 24:00.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=lambda minute: f"{minute // 60:02}:{minute % 60:02}",
        parse_value=_minute,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="A place in one list. Opaque: send back what you were given.",
        specified_by_url="https://relay.dev/graphql/connections.htm#sec-Cursor",
        serialize=_text,
        parse_value=_text,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description=f"Any JSON value, {JSON_LEVELS_MAX} levels at most, as its maker wrote it.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=_json,
        parse_literal=_json_literal,
    ),
    Upload: strawberry.scalar(
        name="Upload",
        description="One file, sent beside the document in a multipart request.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=_file,
        parse_value=_file,
    ),
}

Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
