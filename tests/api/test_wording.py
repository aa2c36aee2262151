"""What members are told, in the programme's own words, over HTTP; and the texts that apps need."""

from typing import Any

import pytest

from domain.operators import Role
from domain.wording import app_texts
from tests.support.client import Door
from tests.support.documents import ERRORS

KEY = "transfers.received"
WORDS = "{ title body }"
EDITION = f"{{ id number words {WORDS} savedBy savedAt }}"
TEMPLATE = f"key locale arguments {{ name kind }} own {EDITION} usual {WORDS}"
TEMPLATES = f"query ($l: String!) {{ messageTemplates(locale: $l) {{ {TEMPLATE} }} }}"
HISTORY = f"""query ($k: String!, $l: String!, $first: Int!, $after: Cursor) {{
  messageTemplateHistory(key: $k, locale: $l, first: $first, after: $after) {{
    nodes {EDITION} pageInfo {{ hasNextPage endCursor }} }} }}"""
PREVIEW = f"""query ($k: String!, $l: String!, $w: MessageWordsInput!) {{
  previewMessageTemplate(key: $k, locale: $l, words: $w) {{
    messages {WORDS} refused {{ code path message }} }} }}"""
SAVE = (
    """mutation ($input: SaveMessageTemplateInput!) { saveMessageTemplate(input: $input) {
  __typename ... on SaveMessageTemplateSuccess { template { """
    + TEMPLATE
    + " } } "
    + ERRORS
    + " } }"
)


def words(**changes: Any) -> dict[str, Any]:
    usual = {
        "key": KEY,
        "locale": "en",
        "words": {"title": "Hi", "body": "{{ points }} from {{ name }}"},
        "reason": "our own voice",
    }
    return {**usual, **changes}


async def saved(door: Door, by: Any, **changes: Any) -> dict[str, Any]:
    return (await door.ask(by, SAVE, input=words(**changes)))["saveMessageTemplate"]


async def test_given_own_words_when_saved_twice_then_they_are_seen_with_their_history(
    door: Door,
) -> None:
    writer = await door.operator(Role.MARKETING, programme="voice")
    first = (await saved(door, writer))["template"]
    second = (await saved(door, writer, words=None))["template"]

    listed = (await door.ask(writer, TEMPLATES, l="en"))["messageTemplates"]
    asked = {"k": KEY, "l": "en", "first": 1}
    page = (await door.ask(writer, HISTORY, **asked))["messageTemplateHistory"]
    after = page["pageInfo"]["endCursor"]
    rest = (await door.ask(writer, HISTORY, **asked, after=after))["messageTemplateHistory"]

    assert (first["own"]["number"], first["own"]["words"]) == (1, words()["words"])
    assert (second["own"]["number"], second["own"]["words"]) == (2, None)
    (there,) = [one for one in listed if one["key"] == KEY]
    assert there == second
    assert there["arguments"] == [
        {"name": "name", "kind": "NAME"},
        {"name": "points", "kind": "POINTS"},
    ]
    assert there["usual"] == {
        "title": "Points from a friend",
        "body": "{{ name }} sent you {{ points }}.",
    }
    assert page["nodes"] == [second["own"]]
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([first["own"]], False)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"key": "points.stolen"}, "NO_SUCH_MESSAGE", ["input", "key"]),
        ({"locale": "?"}, "BAD_LOCALE", ["input", "locale"]),
        (
            {"words": {"title": "x" * 201, "body": "x"}},
            "TEMPLATE_TOO_LARGE",
            ["input", "words", "title"],
        ),
        (
            {"words": {"title": "x", "body": "{% for i in (1..101) %}x{% endfor %}"}},
            "TEMPLATE_TOO_COMPLEX",
            ["input", "words", "body"],
        ),
        (
            {"words": {"title": "x", "body": "{{ secret }}"}},
            "BAD_TEMPLATE",
            ["input", "words", "body"],
        ),
    ],
)
async def test_given_words_that_cannot_be_said_when_saved_then_refused_audited_and_not_kept(
    door: Door, changes: dict[str, Any], code: str, path: list[str]
) -> None:
    admin = await door.operator()

    refused = await saved(door, admin, **changes)
    log = await door.ask(admin, "{ auditLog(first: 1) { nodes { verb outcome } } }")
    listed = (await door.ask(admin, TEMPLATES, l="en"))["messageTemplates"]

    assert (refused["code"], refused["path"]) == (code, path)
    assert log["auditLog"]["nodes"] == [{"verb": "saveMessageTemplate", "outcome": code}]
    assert [one for one in listed if one["own"] is not None] == []


async def test_given_words_when_previewed_then_they_are_shown_or_why_not(door: Door) -> None:
    reader = await door.operator(Role.SUPPORT)
    asked = {"k": "unit.points", "l": "pl"}
    forms = "{{ count }} {{ count | plural: one: 'mila', few: 'mile', many: 'mil', other: 'mili' }}"

    good = await door.ask(reader, PREVIEW, **asked, w={"title": "", "body": forms})
    bad = await door.ask(reader, PREVIEW, **asked, w={"title": "", "body": "{{ name }}"})
    unknown = await door.ask(reader, PREVIEW, k="x", l="pl", w={"title": "", "body": ""})

    bodies = [one["body"] for one in good["previewMessageTemplate"]["messages"]]
    assert bodies == ["0 mil", "1 mila", "2 mile", "5 mil", "21 mil", "1000000 mil"]
    assert good["previewMessageTemplate"]["refused"] is None
    refused = bad["previewMessageTemplate"]["refused"]
    assert (refused["code"], refused["path"]) == ("BAD_TEMPLATE", ["input", "words", "body"])
    assert unknown["previewMessageTemplate"]["refused"]["code"] == "NO_SUCH_MESSAGE"


async def test_given_what_is_no_language_or_key_when_read_then_there_is_nothing(
    door: Door,
) -> None:
    reader = await door.operator(Role.ANALYST)

    listed = await door.ask(reader, TEMPLATES, l="?")
    pages = [
        await door.ask(reader, HISTORY, k=key, l=locale, first=1)
        for key, locale in ((KEY, "?"), ("x", "en"))
    ]

    assert listed["messageTemplates"] == []
    assert [page["messageTemplateHistory"]["nodes"] for page in pages] == [[], []]


@pytest.mark.parametrize(
    ("asked", "tag"),
    [("pl", "pl"), ("pl-PL", "pl"), ("sr-Cyrl-RS", "sr-Cyrl"), ("sr", "sr"), ("xx", "en")],
)
async def test_given_nobody_signed_in_when_texts_are_fetched_then_the_nearest_are_there_and_kept(
    door: Door, asked: str, tag: str
) -> None:
    first = await door.http.get(door.at(f"/push/texts/{asked}.json"))
    again = await door.http.get(
        door.at(f"/push/texts/{asked}.json"), headers={"if-none-match": first.headers["etag"]}
    )

    assert first.json() == {"locale": tag, "texts": dict(app_texts(tag))}
    assert first.headers["content-language"] == tag
    assert first.headers["access-control-allow-origin"] == "*"
    assert "max-age" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")
