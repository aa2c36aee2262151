"""Codes: the numbers of the standard, and how long one is worth something."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redemptions import coding
from domain.redemptions.coding import Said, Standing
from domain.redemptions.errors import BadRedemptionCode

SECRET = b"12345678901234567890123456789012"
SECOND = timedelta(seconds=1)
AT = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


# RFC 6238, appendix B, the rows of SHA256; their steps are of 30 seconds.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "46119246"),
        (1_111_111_109, "68084774"),
        (1_111_111_111, "67062674"),
        (1_234_567_890, "91819424"),
        (2_000_000_000, "90698825"),
        (20_000_000_000, "77737706"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert coding.code_of(SECRET, step=seconds // 30) == code


def test_a_code_is_good_in_its_minute_and_the_next_and_no_longer() -> None:
    code = coding.code_of(SECRET, step=coding.step_of(AT))
    began = AT.replace(second=0)

    told = [
        (began - SECOND, Standing.EXPIRED),
        (began, Standing.GOOD),
        (began + 119 * SECOND, Standing.GOOD),
        (began + 120 * SECOND, Standing.EXPIRED),
        (began + 600 * SECOND, Standing.EXPIRED),
        (began + 660 * SECOND, Standing.WRONG),
        (began - 601 * SECOND, Standing.WRONG),
    ]

    assert [(at, coding.standing(code, secret=SECRET, at=at)) for at, _ in told] == told
    assert coding.good_until(AT) == began + 120 * SECOND
    assert coding.standing(code, secret=SECRET[::-1], at=AT) is Standing.WRONG


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**40))
def test_a_code_is_eight_digits_and_lives_two_minutes_at_most(secret: bytes, step: int) -> None:
    code = coding.code_of(secret, step=step)

    assert len(code) == 8
    assert code.isascii()
    assert code.isdigit()


@pytest.mark.parametrize(
    "text",
    ["012345678987654321", "01234 56789 8765-4321", "0123456789.87654321", " 012345678987654321 "],
)
def test_a_code_is_read_as_it_was_scanned_or_typed(text: str) -> None:
    assert coding.read(text) == Said("0123456789", "87654321")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "0123456789876543210",
        "01234567898765432x",
        "٠١٢٣٤٥٦٧٨٩٨٧٦٥٤٣٢١",
        "1" + 80 * " ",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadRedemptionCode):
        coding.read(text)


def test_a_secret_is_written_as_apps_take_it() -> None:
    assert coding.written(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"


def test_what_the_docs_tell_apps_to_do_makes_the_same_code() -> None:
    page = (Path(__file__).parents[3] / "docs" / "rewards.md").read_text()
    (recipe,) = re.findall(r"```python\n(import base64, hashlib, hmac\n.*?)```", page, re.DOTALL)
    told: dict[str, Any] = {}
    exec(recipe, told)

    shown = told["shown"]("0123456789", coding.written(SECRET), int(AT.timestamp()))

    assert shown == "0123456789" + coding.code_of(SECRET, step=coding.step_of(AT))
