"""Parse the rows of a file: text in, what the domain understands out, or a fault. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from domain import ledger, members, programmes
from domain.imports.records import Fault, Kind, Points
from domain.members import ContactKind, Newcomer
from domain.programmes import Programme
from infra.errors import Refused
from infra.tables import Line

REF_CHARACTERS_MAX = 128
TEXT_CHARACTERS_MAX = 140
NEVER = "never"
# Lots can be made so many months ahead (see ledger.post).
MONTHS_AHEAD_MAX = 34

Parsed: TypeAlias = Newcomer | Points
Values: TypeAlias = Mapping[str, str | None]


class Unsound(Exception):
    """A value of a column that cannot be what it should."""

    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.code = column, code


def parser(
    kind: Kind, columns: tuple[str, ...], *, programme: Programme, at: datetime
) -> Callable[[Line], Parsed | Fault]:
    """What reads the lines of one file whose columns are those, at the time of its import."""

    def parse(line: Line) -> Parsed | Fault:
        if line.fault is not None:
            return Fault(line.number, "", line.fault.value, "this row cannot be read")
        said = dict(zip(columns, line.values, strict=True))
        try:
            if kind is Kind.MEMBERS:
                return _newcomer(said, programme, at)
            return _points(line.number, said, kind, at)
        except Unsound as error:
            return Fault(line.number, error.column, error.code, str(error))

    return parse


def _newcomer(said: Values, programme: Programme, at: datetime) -> Newcomer:
    ref = _sound(said, "external_ref", members.sound_ref)
    id = members.newcomer_id(ref, programme=programme.id, at=at)
    handle = _handle(said.get("handle"), f"m-{id.hex[-16:]}")
    joined_at = _moment(said, "joined_at") or at
    if joined_at > at:
        raise Unsound("joined_at", "BAD_TIME", "nobody has joined in the future")
    return Newcomer(
        id,
        ref,
        handle,
        _sound(said, "name", programmes.sound_name),
        _sound(said, "locale", programmes.sound_locale) if said.get("locale") else programme.locale,
        _sound(said, "zone", programmes.sound_zone) if said.get("zone") else programme.zone,
        joined_at,
        _identity(said),
        _contact(said, "email", ContactKind.EMAIL),
        _contact(said, "phone", ContactKind.PHONE),
    )


def _points(row: int, said: Values, kind: Kind, at: datetime) -> Points:
    ref = _sound(said, "external_ref", members.sound_ref)
    points = _whole(said)
    month = _month(said.get("expires"), at)
    if kind is Kind.BALANCES:
        if points < 1:
            raise Unsound("points", "BAD_POINTS", "a balance is 1 point or more")
        return Points(row, ref, points, month)
    if points == 0:
        raise Unsound("points", "BAD_POINTS", "a transaction moves points")
    if points < 0 and month is not None:
        raise Unsound("expires", "BAD_EXPIRY", "points that were spent do not expire")
    id, text = _plain(said, "id", REF_CHARACTERS_MAX), said.get("text")
    if text is not None:
        text = _plain(said, "text", TEXT_CHARACTERS_MAX)
    return Points(row, ref, points, month, id, text, _moment(said, "at"))


def _sound(said: Values, column: str, sound: Callable[[str], str]) -> str:
    try:
        return sound(_needed(said, column))
    except Refused as refused:
        raise Unsound(column, refused.code, str(refused)) from refused


def _needed(said: Values, column: str) -> str:
    value = said.get(column)
    if value is None:
        raise Unsound(column, "MISSING", "this must not be empty")
    return value


def _plain(said: Values, column: str, longest: int) -> str:
    plain = programmes.plain(_needed(said, column), longest=longest)
    if not plain:
        raise Unsound(column, "BAD_TEXT", f"plain text of {longest} characters at most")
    return plain


def _handle(said: str | None, otherwise: str) -> str:
    if said is None:
        return otherwise
    if not members.is_handle(said):
        raise Unsound("handle", "BAD_HANDLE", "3 to 30 of a-z, 0-9, dot, underscore, hyphen")
    return said


def _identity(said: Values) -> tuple[str, str] | None:
    issuer, subject = said.get("issuer"), said.get("subject")
    if issuer is None and subject is None:
        return None
    if issuer is None or subject is None or not members.is_identity(issuer, subject):
        raise Unsound("subject", "BAD_IDENTITY", "issuer and subject, 1 to 255 characters each")
    return issuer, subject


def _contact(said: Values, column: str, kind: ContactKind) -> str | None:
    value = said.get(column)
    return (
        None
        if value is None
        else _sound(said, column, lambda text: members.sound_contact(kind, text))
    )


def _whole(said: Values) -> int:
    text = _needed(said, "points").strip()
    digits = text.removeprefix("-")
    # Not int() alone: it reads underscores and the digits of every script.
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 19):
        raise Unsound("points", "BAD_POINTS", "points are a whole number")
    if int(digits) > ledger.POINTS_MAX:
        raise Unsound("points", "BAD_POINTS", "points are 2^53 - 1 at most")
    return int(text)


def _month(text: str | None, at: datetime) -> int | None:
    """The ledger's month of "2027-03", for ever for "never"; None: not said."""
    if text is None:
        return None
    if text == NEVER:
        return ledger.NEVER
    year, _, month = text.partition("-")
    fits = len(text) == 7 and (year + month).isascii() and (year + month).isdecimal()
    if not fits or not 1 <= int(month) <= 12:
        raise Unsound("expires", "BAD_EXPIRY", "a month such as 2027-03, or never")
    number, now = int(year) * 12 + int(month) - 1, at.year * 12 + at.month - 1
    if not now <= number <= now + MONTHS_AHEAD_MAX:
        raise Unsound("expires", "BAD_EXPIRY", f"this month or one of the next {MONTHS_AHEAD_MAX}")
    return number


def _moment(said: Values, column: str) -> datetime | None:
    text = said.get(column)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unsound(column, "BAD_TIME", "a time such as 2026-03-01T12:00:00+01:00") from error
