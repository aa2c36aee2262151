"""Filling: what members said about themselves, checked against what the programme asks."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain import programmes
from domain.members.defining import Field, FieldKind, fields
from domain.members.errors import BadValue, NoSuchField, ValueRequired
from domain.members.records import Member
from infra.db import Tx

WORDS_CHARACTERS_MAX = 500
CHOSEN_MAX = 50
NUMBER_MAX = 2**53 - 1
OLDEST, AHEAD = date(1900, 1, 1), timedelta(days=366)

SAID = """
SELECT member, key, kind, words, number, day, chosen, yes, set_at FROM profile_value
WHERE programme = $1 AND member = ANY($2::uuid[]) ORDER BY member, key
"""
SET = """
INSERT INTO profile_value (programme, member, key, kind, words, number, day, chosen, yes, set_at)
SELECT $1, $2, v.key, v.kind, v.said ->> 'words', (v.said ->> 'number')::bigint,
       (v.said ->> 'day')::date,
       CASE WHEN v.said ? 'chosen' THEN
           ARRAY(SELECT jsonb_array_elements_text(v.said -> 'chosen')) END,
       (v.said ->> 'yes')::boolean, v.set_at
FROM unnest($3::text[], $4::text[], $5::text[]::jsonb[], $6::timestamptz[])
         AS v (key, kind, said, set_at)
ON CONFLICT (programme, member, key) DO UPDATE
SET words = excluded.words, number = excluded.number, day = excluded.day,
    chosen = excluded.chosen, yes = excluded.yes, set_at = excluded.set_at
"""
UNSET = """
DELETE FROM profile_value WHERE programme = $1 AND member = $2 AND key = ANY($3::text[])
"""
NOTE = """
INSERT INTO member_change (programme, member, field, before, after, actor, operator, at)
SELECT $1, $2, c.field, c.before::jsonb, c.after::jsonb, $6, $7, $8
FROM unnest($3::text[], $4::text[], $5::text[]) AS c (field, before, after)
"""
COLUMNS = {
    FieldKind.TEXT: "words",
    FieldKind.CHOICE: "words",
    FieldKind.INTEGER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "day",
    FieldKind.MULTI_CHOICE: "chosen",
    FieldKind.BOOLEAN: "yes",
}


@dataclass(frozen=True, slots=True)
class Value:
    """What a member said to one field, and when.

    plain -- as JSON has it: text, a whole number, an ISO date, a list of choices, true or false.
    """

    kind: FieldKind
    plain: Any
    set_at: datetime

    @classmethod
    def of(cls, kind: str, plain: Any, set_at: datetime) -> "Value":
        """A value from its parts as JSON."""
        return cls(FieldKind(kind), plain, set_at)


async def profile(member: Member, *, tx: Tx) -> Mapping[str, Value]:
    """What the member said, by field, retired fields too."""
    return (await said([member.id], programme=member.programme, tx=tx)).get(member.id, {})


async def fill(
    member: Member,
    answers: Mapping[str, Any],
    *,
    operator: UUID | None = None,
    sensitive: bool = True,
    at: datetime,
    tx: Tx,
) -> Mapping[str, Value]:
    """The member's profile with these answers; None takes one back.

    operator  -- who changes it; None: the member, who may change only what they may edit.
    sensitive -- False: this operator may not touch what is sensitive.
    Refuses, in this order and for the first field by key: NoSuchField, BadValue, ValueRequired.
    """
    asked = {field.key: field for field in await fields(programme=member.programme, tx=tx)}
    new, gone = {}, []
    for key in sorted(answers):
        field = asked.get(key)
        if field is None or not _may_edit(field, operator, sensitive):
            raise NoSuchField(key, "the programme does not ask for it")
        if answers[key] is None:
            if field.required:
                raise ValueRequired(key)
            gone.append(key)
        else:
            new[key] = Value(field.kind, sound_value(field, answers[key], day=at.date()), at)
    actor = "MEMBER" if operator is None else "OPERATOR"
    await set_values(member, new, at=at, actor=actor, operator=operator, tx=tx)
    await unset(member, gone, at=at, actor=actor, operator=operator, tx=tx)
    return await profile(member, tx=tx)


async def said(
    ids: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Mapping[str, Value]]:
    """What these members said, by member and field; one who said nothing is left out."""
    found: defaultdict[UUID, dict[str, Value]] = defaultdict(dict)
    for row in await tx.rows(SAID, programme, list(ids)):
        kind = FieldKind(row["kind"])
        kept = row[COLUMNS[kind]]
        plain = kept.isoformat() if isinstance(kept, date) else kept
        found[row["member"]][row["key"]] = Value(kind, plain, row["set_at"])
    return dict(found)


async def set_values(
    member: Member,
    values: Mapping[str, Value],
    *,
    at: datetime,
    actor: str,
    operator: UUID | None = None,
    tx: Tx,
) -> None:
    """Keep checked values, and note what each was before."""
    if not values:
        return
    before = await profile(member, tx=tx)
    keys = sorted(values)
    kinds = [values[key].kind for key in keys]
    told = [_json({COLUMNS[values[key].kind]: values[key].plain}) for key in keys]
    times = [values[key].set_at for key in keys]
    await tx.run(SET, member.programme, member.id, keys, kinds, told, times)
    await _note(member, keys, before, values, (actor, operator, at), tx)


async def unset(
    member: Member,
    keys: Sequence[str],
    *,
    at: datetime,
    actor: str,
    operator: UUID | None = None,
    tx: Tx,
) -> None:
    """Take values back, and note what they were."""
    if keys:
        before = await profile(member, tx=tx)
        await tx.run(UNSET, member.programme, member.id, list(keys))
        await _note(member, sorted(keys), before, {}, (actor, operator, at), tx)


def sound_value(field: Field, answer: Any, *, day: date) -> Any:
    """`answer` as the field keeps it, in plain JSON. `day`: today. Raises BadValue."""
    sound = _CHECKS[field.kind](field, answer, day)
    if sound is None:
        raise BadValue(field.key, f"that is no {field.kind.lower()} that this field can hold")
    return sound


def _may_edit(field: Field, operator: UUID | None, sensitive: bool) -> bool:
    if operator is None:
        return field.member_edits
    return sensitive or not field.sensitive


def _text(field: Field, answer: Any, day: date) -> str | None:
    if not isinstance(answer, str):
        return None
    return programmes.plain(answer, longest=WORDS_CHARACTERS_MAX) or None


def _number(field: Field, answer: Any, day: date) -> int | None:
    whole = isinstance(answer, int) and not isinstance(answer, bool)
    return answer if whole and 0 <= answer <= NUMBER_MAX else None


def _day(field: Field, answer: Any, day: date) -> str | None:
    try:
        told = date.fromisoformat(answer)
    except (TypeError, ValueError):
        return None
    return told.isoformat() if OLDEST <= told <= day + AHEAD else None


def _choice(field: Field, answer: Any, day: date) -> str | None:
    return answer if isinstance(answer, str) and answer in field.choices else None


def _choices(field: Field, answer: Any, day: date) -> list[str] | None:
    if not isinstance(answer, list) or not 0 < len(answer) <= CHOSEN_MAX:
        return None
    known = all(isinstance(one, str) and one in field.choices for one in answer)
    # In the field's own order, so that one choice has one spelling.
    return [one for one in field.choices if one in answer] if known else None


def _yes(field: Field, answer: Any, day: date) -> bool | None:
    return answer if isinstance(answer, bool) else None


_CHECKS = {
    FieldKind.TEXT: _text,
    FieldKind.INTEGER: _number,
    FieldKind.MONEY: _number,
    FieldKind.DATE: _day,
    FieldKind.CHOICE: _choice,
    FieldKind.MULTI_CHOICE: _choices,
    FieldKind.BOOLEAN: _yes,
}


async def _note(
    member: Member,
    keys: Sequence[str],
    before: Mapping[str, Value],
    after: Mapping[str, Value],
    who: tuple[str, UUID | None, datetime],
    tx: Tx,
) -> None:
    changed = [key for key in keys if _plain(before, key) != _plain(after, key)]
    if changed:
        was = [_json(before[key].plain) if key in before else None for key in changed]
        now = [_json(after[key].plain) if key in after else None for key in changed]
        await tx.run(NOTE, member.programme, member.id, changed, was, now, *who)


def _plain(values: Mapping[str, Value], key: str) -> Any:
    return values[key].plain if key in values else None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
