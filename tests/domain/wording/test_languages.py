"""How languages count, after the samples of Unicode CLDR."""

from decimal import Decimal

import pytest

from domain.wording.languages import LANGUAGES, language_of, lookup, tenths

# From plurals.xml: the samples of each form; a decimal that is said has its decimals shown.
SAMPLES = {
    "en": {"one": "1", "other": "0 2 16 100 1000000 0.0 1.0 1.5 10.5"},
    "sv": {"one": "1", "other": "0 2 16 100 1000000 0.0 1.0 1.5 10.5"},
    "pl": {
        "one": "1",
        "few": "2 3 4 22 23 24 32 102 1002",
        "many": "0 5 6 11 12 13 14 19 21 25 100 111 112 1000000",
        "other": "0.0 1.0 1.5 10.5 2.1",
    },
    "sr": {
        "one": "1 21 31 41 101 1001 0.1 1.1 2.1 10.1",
        "few": "2 3 4 22 23 24 102 1002 0.2 0.4 1.2 10.2",
        "other": "0 5 6 11 12 13 14 19 100 111 112 1000000 0.0 0.5 1.0 1.5",
    },
}
ROWS = [
    (tag, form, number)
    for tag, forms in {**SAMPLES, "sr-Cyrl": SAMPLES["sr"]}.items()
    for form, numbers in forms.items()
    for number in numbers.split()
]


@pytest.mark.parametrize(("tag", "form", "number"), ROWS)
def test_a_number_takes_its_form(tag: str, form: str, number: str) -> None:
    assert LANGUAGES[tag].form(Decimal(number)) == form


@pytest.mark.parametrize(
    ("tag", "number", "written"),
    [
        ("en", "1234567.5", "1,234,567.5"),
        ("en", "-1234", "-1,234"),
        ("en", "999", "999"),
        ("pl", "1234", "1234"),
        ("pl", "12345.5", "12\u00a0345,5"),
        ("sv", "1234.5", "1\u00a0234,5"),
        ("sr", "1234.5", "1.234,5"),
        ("sr-Cyrl", "1234567", "1.234.567"),
    ],
)
def test_a_number_is_written_as_the_language_does(tag: str, number: str, written: str) -> None:
    assert LANGUAGES[tag].number(Decimal(number)) == written


@pytest.mark.parametrize(
    ("number", "rounded"), [("5.04", "5"), ("5.05", "5.1"), ("0.96", "1"), ("12.3", "12.3")]
)
def test_tenths_are_shown_where_they_say_something(number: str, rounded: str) -> None:
    assert str(tenths(Decimal(number))) == rounded


def test_a_locale_falls_back_step_by_step_and_unknown_ones_count_as_english_does() -> None:
    assert lookup("sr-Cyrl-RS") == ("sr-Cyrl-RS", "sr-Cyrl", "sr")
    assert language_of("sr-Cyrl-RS").tag == "sr-Cyrl"
    assert language_of("xx-AT").tag == "en"
