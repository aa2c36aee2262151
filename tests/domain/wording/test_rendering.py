"""What members are told, in the words and the language of each."""

import pytest

from domain import programmes, wording
from domain.programmes import Amendment, Programme
from domain.wording import Said, Words, rendered
from infra.db import Tx
from tests.domain.wording.saying import saves
from tests.support import given


async def said(programme: Programme, *wanted: Said, tx: Tx) -> list[Words]:
    return list(await rendered(wanted, programme=programme.id, tx=tx))


def received(locale: str, name: str = "Ada", points: int = 20) -> Said:
    return Said("transfers.received", locale, {"name": name, "points": points, "more": "x"})


@pytest.mark.parametrize(
    ("locale", "name", "points", "title", "body", "args"),
    [
        ("en", "Ada", 1, "Points from a friend", "Ada sent you 1 point.", ("Ada", "1 point")),
        ("en-GB", "Ada", 1_234, None, "Ada sent you 1,234 points.", ("Ada", "1,234 points")),
        ("en", "", 20, None, "Somebody sent you 20 points.", ("Somebody", "20 points")),
        ("pl", "Ada", 22, None, "Ada przesyła ci 22 punkty.", ("Ada", "22 punkty")),
        ("pl-PL", "Ada", 12, None, "Ada przesyła ci 12 punktów.", ("Ada", "12 punktów")),
        ("sv", "", 20, None, "Någon skickade 20 poäng till dig.", ("Någon", "20 poäng")),
        ("sr-RS", "Ada", 21, None, "Ada ti šalje 21 poen.", ("Ada", "21 poen")),
        ("sr-Cyrl", "Ada", 5, None, "Ada ти шаље 5 поена.", ("Ada", "5 поена")),
        # The programme's language is English.
        ("de", "Ada", 20, None, "Ada sent you 20 points.", ("Ada", "20 points")),
    ],
)
async def test_given_a_reader_when_they_are_told_then_it_is_in_their_language(
    tx: Tx,
    locale: str,
    name: str,
    points: int,
    title: str | None,
    body: str,
    args: tuple[str, ...],
) -> None:
    programme = await given.a_programme(tx=tx)

    (words,) = await said(programme, received(locale, name, points), tx=tx)

    assert (words.body, words.args, words.own) == (body, args, False)
    assert title in (None, words.title)


async def test_given_a_polish_programme_when_a_reader_knows_no_language_of_ours_then_it_is_polish(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await programmes.amend(programme.id, Amendment(locale="pl"), tx=tx)

    (words,) = await said(programme, received("de-AT"), tx=tx)

    assert words.body == "Ada przesyła ci 20 punktów."


async def test_given_own_words_when_told_then_the_nearest_ones_are_said(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    await saves(programme, "transfers.received", "en", "Hi", "{{ points }}!", tx=tx)
    await saves(programme, "transfers.received", "de", "Hallo", "{{ points_count }} P.", tx=tx)
    readers = [received(locale) for locale in ("en-US", "de-AT", "pl", "fr")]

    told = await said(programme, *readers, tx=tx)

    assert [(one.title, one.body, one.own) for one in told] == [
        ("Hi", "20 points!", True),
        ("Hallo", "20 P.", True),
        ("Punkty od znajomej osoby", "Ada przesyła ci 20 punktów.", False),
        ("Hi", "20 points!", True),
    ]


async def test_given_words_for_its_unit_when_told_then_every_text_counts_in_it(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    forms = "{{ count | number }} {{ count | plural: one: 'mile', other: 'miles' }}"
    await saves(programme, "unit.points", "en", "", forms, tx=tx)

    one, many, polish = await said(
        programme, received("en", points=1), received("en", points=5), received("pl"), tx=tx
    )

    assert [one.args, many.args] == [("Ada", "1 mile"), ("Ada", "5 miles")]
    # A device has the text, and only the argument is another.
    assert (many.body, many.own) == ("Ada sent you 5 miles.", False)
    assert polish.body == "Ada przesyła ci 20 punktów."


async def test_given_a_unit_nobody_declined_when_told_then_it_is_said_as_it_is_called(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await programmes.amend(programme.id, Amendment(unit="Miles"), tx=tx)

    (words,) = await said(programme, received("pl", points=5), tx=tx)

    assert words.body == "Ada przesyła ci 5 Miles."


async def test_given_words_that_fail_with_these_arguments_when_told_then_the_apps_own_are_said(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    trap = "{% if points_count > 2000000 %}{{ secret }}{% endif %}{{ name }}"
    await saves(programme, "transfers.received", "en", "Hi", trap, tx=tx)

    fine, failing = await said(programme, received("en"), received("en", points=3_000_000), tx=tx)

    assert (fine.title, fine.own) == ("Hi", True)
    assert (failing.body, failing.own) == ("Ada sent you 3,000,000 points.", False)


async def test_given_long_names_when_pushed_then_arguments_are_cut_and_the_inbox_has_all(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    name = "Ж" * 80

    (words,) = await said(programme, received("en", name), tx=tx)

    assert words.body == f"{name} sent you 20 points."
    assert words.args == ("Ж" * 38 + "…", "20 points")
    assert len(words.args[0].encode()) <= wording.ARG_BYTES_MAX


@pytest.mark.parametrize(
    ("kind", "value", "locale", "written"),
    [
        ("unit.kilometres", 5, "pl", "5 km"),
        ("unit.minutes", 5, "pl", "5 min"),
        ("unit.hours", 5, "pl", "5 godz."),
        ("unit.hours", 5, "sr-Cyrl", "5 h"),
        ("unit.messages", 2, "pl", "2 nowe wiadomości"),
    ],
)
async def test_given_a_unit_when_said_then_it_is_the_languages(
    tx: Tx, kind: str, value: int, locale: str, written: str
) -> None:
    programme = await given.a_programme(tx=tx)

    (words,) = await said(programme, Said(kind, locale, {"count": value}), tx=tx)

    assert words == Words("", written, (str(value),), own=False)


async def test_given_other_programmes_when_one_saves_then_the_others_say_what_they_said(
    tx: Tx,
) -> None:
    ours, theirs = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    await said(ours, received("en"), tx=tx)
    await saves(ours, "transfers.received", "en", "Hi", "{{ name }}", tx=tx)

    told = [*await said(ours, received("en"), tx=tx), *await said(theirs, received("en"), tx=tx)]

    assert [one.own for one in told] == [True, False]


def test_short_texts_end_where_a_character_does() -> None:
    assert wording.short("abc", bytes_max=3) == "abc"
    assert wording.short("abcdef", bytes_max=5) == "ab…"
    assert wording.short("ЖЖЖ", bytes_max=5) == "Ж…"
