"""The checks of names, locales and zones."""

import unicodedata

import pytest

from domain import programmes


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("Ada", "Ada"),
        ("  Ada Lovelace ", "Ada Lovelace"),
        (unicodedata.normalize("NFD", "José"), "José"),
        ("山田 太郎", "山田 太郎"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("n" * 80, "n" * 80),
    ],
)
def test_a_sound_name_is_kept_in_its_composed_form(text: str, sound: str) -> None:
    assert programmes.sound_name(text) == sound


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "n" * 81,
        "n" * 10_000,
        "A\x00da",
        "A\nda",
        "A\x7f",
        "\u2028",
        "A\ud800",
        "\u202eadA",
    ],
)
def test_an_unsound_name_is_refused(text: str) -> None:
    with pytest.raises(programmes.BadName):
        programmes.sound_name(text)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("en", "en"),
        ("de-at", "de-AT"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-CH-1996", "de-CH-1996"),
    ],
)
def test_a_locale_is_kept_in_its_usual_spelling(text: str, sound: str) -> None:
    assert programmes.sound_locale(text) == sound


@pytest.mark.parametrize(
    "text", ["", "e", "english", "de_AT", "de-", "de-A", "de-AT\n", "d\u00e9", "sl" + "-rozaj" * 9]
)
def test_what_is_no_language_tag_is_refused(text: str) -> None:
    with pytest.raises(programmes.BadLocale):
        programmes.sound_locale(text)


@pytest.mark.parametrize("text", ["UTC", "Europe/Vienna", "America/Argentina/Ushuaia"])
def test_a_zone_of_the_database_is_kept(text: str) -> None:
    assert programmes.sound_zone(text) == text


@pytest.mark.parametrize(
    "text", ["", "CEST", "europe/vienna", "../etc/passwd", "Factory", "localtime", "UTC\x00"]
)
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(programmes.BadZone):
        programmes.sound_zone(text)
