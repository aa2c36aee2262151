"""The app's own words: complete in every language, and such that a device can show them alone."""

import re

import pytest

from cli import loc_keys
from domain.wording import KEYS, Kind, app_texts, nearest, pushed_keys
from domain.wording.compiling import usual
from domain.wording.languages import LANGUAGES
from domain.wording.rendering import named
from domain.wording.sandbox import run
from domain.wording.vocabulary import cyrillic, vocabulary

PLAIN = re.compile(r"\{\{ (\w+) \}\}")
FORMS = re.compile(r"(\w+): '[^']+'")
TITLE_BYTES_MAX = 64
# What a request and Apple's part of it have room for, with arguments besides.
BODY_BYTES_MAX = 170
SAMPLES = {Kind.TEXT: "x", Kind.NAME: "x"}

languages = pytest.mark.parametrize("tag", LANGUAGES)


@languages
def test_every_language_says_everything(tag: str) -> None:
    texts = vocabulary(tag).texts
    assert set(texts) == set(KEYS)
    assert [key for key, text in texts.items() if not text.body.strip()] == []
    untitled = {key for key, text in texts.items() if not text.title.strip()}
    assert untitled == {key for key in KEYS if key.startswith("unit.")}
    assert vocabulary(tag).somebody


@languages
def test_a_text_names_each_of_its_arguments_and_nothing_else(tag: str) -> None:
    for key in pushed_keys():
        text = vocabulary(tag).texts[key.name]
        assert sorted(PLAIN.findall(text.body)) == sorted(key.args), (tag, key.name)
        # A title has no arguments in a push.
        assert "{" not in text.title + PLAIN.sub("", text.body), (tag, key.name)
        assert "%" not in text.title, (tag, key.name)


@languages
def test_a_person_is_who_does_something_so_that_somebody_may_stand_for_them(tag: str) -> None:
    for key in pushed_keys():
        if Kind.NAME in key.args.values():
            assert vocabulary(tag).texts[key.name].body.startswith("{{ name }}"), (tag, key.name)


@languages
def test_what_is_counted_has_every_form_of_the_language(tag: str) -> None:
    for key in ("unit.points", "unit.messages"):
        assert FORMS.findall(vocabulary(tag).texts[key].body) == list(LANGUAGES[tag].forms)


@languages
def test_texts_are_short_enough_for_a_push(tag: str) -> None:
    texts = app_texts(tag)
    long = {
        name: len(text.encode())
        for name, text in texts.items()
        if len(text.encode()) > (TITLE_BYTES_MAX if name.endswith("_title") else BODY_BYTES_MAX)
    }
    assert long == {}
    names = [key.title_key for key in pushed_keys()] + [key.body_key for key in pushed_keys()]
    assert [name for name in names if not re.fullmatch(r"[a-z_]{3,60}", name)] == []
    assert sorted(texts) == sorted(set(names))


@languages
def test_every_text_can_be_said(tag: str) -> None:
    for name, key in KEYS.items():
        raw = {arg: SAMPLES.get(kind, 5) for arg, kind in key.args.items()}
        names = named(name, raw, {arg: str(value) for arg, value in raw.items()})
        text = usual(name, tag)
        assert run(text.body, names, part="body")
        assert bool(run(text.title, names, part="title")) != name.startswith("unit.")


def test_languages_differ() -> None:
    bodies = [tuple(app_texts(tag).values()) for tag in LANGUAGES]
    for name, *texts in zip(app_texts("en"), *bodies, strict=True):
        # A few have arguments only, and a comma between.
        assert len(set(texts)) > 2, name


def test_serbian_is_put_into_cyrillic_letter_by_letter_but_for_what_is_put_in() -> None:
    text = "Ljubav, Njegoš i džep: {{ challenge }} {{ count | plural: one: 'dan', other: 'dana' }}"
    assert cyrillic(text) == (
        "Љубав, Његош и џеп: {{ challenge }} {{ count | plural: one: 'дан', other: 'дана' }}"
    )


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en-GB", "en"),
        ("sr-RS", "sr"),
        ("sr-Latn-RS", "sr"),
        ("sr-Cyrl-RS", "sr-Cyrl"),
        ("pl", "pl"),
        ("de-AT", None),
    ],
)
def test_a_reader_reads_the_nearest_language(locale: str, tag: str | None) -> None:
    assert nearest(locale) == tag


def test_the_file_that_apps_build_in_is_what_the_code_says() -> None:
    assert loc_keys.FILE.read_text() == loc_keys.text(), "run: python -m cli.loc_keys"
