"""Templates of others: hostile ones are refused, whatever they try, and the others cost little."""

from typing import Any

import pytest

from domain.wording import BadTemplate, TemplateTooComplex, TemplateTooLarge
from domain.wording.sandbox import read, run
from infra.errors import Refused

NAMES = {"points": "20 points", "points_count": 20, "name": "Ada"}
NESTED = "{% if true %}" * 9 + "x" + "{% endif %}" * 9
LOOP = "{% for i in (1..60) %}{{ i }}{% endfor %}"
DOUBLING = (
    "{% assign a = name %}" + "{% capture a %}{{ a }}{{ a }}{{ a }}{{ a }}{% endcapture %}" * 9
)


def said(source: str, *, part: str = "body", locale: str = "en", **names: Any) -> str:
    return run(read(source, locale=locale, part=part), {**NAMES, **names}, part=part)


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("x" * 1_001, TemplateTooLarge),
        (LOOP + LOOP, TemplateTooComplex),
        ("{% for i in (1..9000000000000000000) %}x{% endfor %}", TemplateTooComplex),
        (
            "{% for a in (1..11) %}{% for b in (1..11) %}{% endfor %}{% endfor %}",
            TemplateTooComplex,
        ),
        # None of these is a loop that would be counted, and each would go on for days.
        ("{% if (1..9000000000000000) contains 'x' %}{% endif %}", TemplateTooComplex),
        ("{% for i in (1..9000000000000000) reversed %}{% endfor %}", TemplateTooComplex),
        (
            "{% for i in (1..9000000000000000) offset: 8000000000000000 limit: 1 %}{% endfor %}",
            TemplateTooComplex,
        ),
        ("{% assign a = (1..9000000000000000) %}", TemplateTooComplex),
        ("{% case name %}{% when (1..9000000000000000) %}{% endcase %}", TemplateTooComplex),
        ("{{ (1..9000000000000000) | upcase }}", TemplateTooComplex),
        ("{{ name | default: (1..9000000000000000) }}", TemplateTooComplex),
        ("{% if true %}{% else %}{{ (-9000000000000000..1) }}{% endif %}", TemplateTooComplex),
        ("{% for i in (1..points_count) %}{% endfor %}", BadTemplate),
        ("{% if ('a'..name) contains 'x' %}{% endif %}", BadTemplate),
        ("{% for i in name limit: -1 %}{% endfor %}", BadTemplate),
        (NESTED, TemplateTooComplex),
        (DOUBLING, TemplateTooComplex),
        (
            "{% for i in (1..99) %}{{ name }}{{ name }}{{ name }}{{ name }}{% endfor %}",
            TemplateTooComplex,
        ),
        ("{% include 'secret' %}", BadTemplate),
        ("{% render 'secret' %}", BadTemplate),
        ("{% extends 'secret' %}", BadTemplate),
        ("{% tablerow i in (1..9) %}{% endtablerow %}", BadTemplate),
        ("{% increment i %}", BadTemplate),
        ("{% liquid echo name %}", BadTemplate),
        ("{{ name | append: name }}", BadTemplate),
        ("{{ name | split: '' }}", BadTemplate),
        ("{{ name | date: '%Y' }}", BadTemplate),
        ("{{ secret }}", BadTemplate),
        ("{{ name.__class__.__mro__ }}", BadTemplate),
        ("{{ name['__class__'] }}", BadTemplate),
        ("{{ __builtins__ }}", BadTemplate),
        ("{{ name", BadTemplate),
        ("{% if name %}", BadTemplate),
        ("{{ points_count | plural: few: 'x' }}", BadTemplate),
        ("{{ points | number }}", BadTemplate),
        ("{{ 'NaN' | number }}", BadTemplate),
        ("{{ '1e999999999' | number }}", BadTemplate),
        ("{{ " + "9" * 900 + " | plural: one: 'a' }}", BadTemplate),
        ("a\x00b", BadTemplate),
        ("a\ud800b", BadTemplate),
        ("{" * 900, BadTemplate),
        ("{{" * 450, BadTemplate),
        ("{%" * 450, BadTemplate),
        ("{{ a" + "[a" * 300 + " }}", BadTemplate),
        ("{% if " + "name and " * 100 + " %}x{% endif %}", BadTemplate),
    ],
)
def test_a_hostile_template_is_refused(source: str, refused: type[Refused]) -> None:
    with pytest.raises(refused) as told:
        said(source)
    assert type(told.value) is refused
    assert told.value.path == ("words", "body")
    assert len(str(told.value)) <= 200


def test_a_title_has_a_limit_of_its_own() -> None:
    with pytest.raises(TemplateTooLarge) as told:
        read("x" * 201, locale="en", part="title")
    assert told.value.path == ("words", "title")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ name }}: {{ points }}", "Ada: 20 points"),
        ("{{ name | upcase }} {{ name | downcase | capitalize }}", "ADA Ada"),
        ("{{ points_count | plural: one: 'mile', other: 'miles' }}", "miles"),
        ("{{ 1 | plural: one: 'mile', other: 'miles' }}", "mile"),
        ("{{ 12345 | number }}", "12,345"),
        ("{{ '1e15' | number }}", "1,000,000,000,000,000"),
        ("{{ '1e-9' | number }}", "0.000000001"),
        ("{{ '1e-9' | plural: one: 'mile', other: 'miles' }}", "miles"),
        ("{% if points_count > 10 %}Wow!{% else %}Nice.{% endif %}", "Wow!"),
        ("{% case points_count %}{% when 20 %}twenty{% endcase %}", "twenty"),
        ("{% unless name == 'Ada' %}no{% endunless %}yes", "yes"),
        ("{% for i in (1..3) %}*{% endfor %}", "***"),
        ("{% assign who = name %}{{ who }}", "Ada"),
        ("  {{ name }}\n\n{{ points }}  ", "Ada\n\n20 points"),
        ("{{ name | truncate: 2, '' }}", "Ad"),
        ("{% comment %}{{ secret }}{% endcomment %}x", "x"),
        ("{% raw %}{{ secret }}{% endraw %}", "{{ secret }}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_template_says_what_it_says(source: str, text: str) -> None:
    assert said(source) == text


def test_a_value_is_never_read_as_a_template() -> None:
    assert (
        said("{{ name }}", name="{{ secret }}{% include 'x' %}") == "{{ secret }}{% include 'x' %}"
    )


def test_a_title_is_one_line() -> None:
    assert said("{{ name }}\n is  here ", part="title") == "Ada is here"


def test_forms_and_numbers_are_those_of_the_language() -> None:
    forms = "one: 'mila', few: 'mile', many: 'mil', other: 'mili'"
    source = "{{ points_count | number }} {{ points_count | plural: " + forms + " }}"
    told = [said(source, locale="pl-PL", points_count=n) for n in (1, 3, 12, 12345)]
    assert told == ["1 mila", "3 mile", "12 mil", "12\u00a0345 mil"]
