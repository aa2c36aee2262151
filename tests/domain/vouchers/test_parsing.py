"""Parsing: what a row of a file means, and what is wrong with it."""

from datetime import UTC, datetime

import pytest

from domain.vouchers import BadVoucherFile, Fault, Why, parsing
from domain.vouchers.parsing import Read
from infra import tables
from infra.tables import Line

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
ENDS = datetime(2026, 7, 1, 22, tzinfo=UTC)  # midnight in Vienna in summer


def parsed(*values: str | None) -> Read | Fault:
    parse = parsing.parser(["code", "expires"], zone="Europe/Vienna", at=AT)
    return parse(Line(7, values))


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        (None, None),
        ("2026-07-01", ENDS),
        (" 2026-07-01 ", ENDS),
        ("2026-07-01T22:00:00Z", ENDS),
        ("2026-07-02T00:00+02:00", ENDS),
    ],
)
def test_a_row_is_a_code_and_when_it_ends(said: str | None, ends: datetime | None) -> None:
    assert parsed(" A-1 ", said) == Read(7, "A-1", ends)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ((None, None), Why.BAD_CODE),
        (("   ", None), Why.BAD_CODE),
        (("x" * 101, None), Why.BAD_CODE),
        (("A\x07B", None), Why.BAD_CODE),
        (("A\x00B", None), Why.BAD_CODE),
        (("A", "tomorrow"), Why.BAD_EXPIRY),
        (("A", "2026-07-02T00:00"), Why.BAD_EXPIRY),  # whose midnight?
        (("A", "2026-02-30"), Why.BAD_EXPIRY),
        (("A", "9999-12-31"), Why.BAD_EXPIRY),  # no day comes after it
        (("A", "9" * 400), Why.BAD_EXPIRY),
        (("A", "2026-06-30"), Why.EXPIRED),
        (("A", "2026-07-01T12:00Z"), Why.EXPIRED),  # at this very moment
    ],
)
def test_a_row_that_is_none_says_why(values: tuple[str | None, str | None], why: Why) -> None:
    assert parsed(*values) == Fault(7, why)


@pytest.mark.parametrize("fault", tables.Fault)
def test_a_row_that_could_not_be_read_is_a_fault(fault: tables.Fault) -> None:
    parse = parsing.parser(["code"], zone="UTC", at=AT)

    found = parse(Line(3, (), fault))

    expected = Why.BAD_CODE if fault is tables.Fault.TOO_LONG else Why.UNREADABLE
    assert found == Fault(3, expected)


@pytest.mark.parametrize("columns", [["expires"], ["code", "pin"], ["voucher"]])
def test_a_table_without_codes_or_with_more_is_refused(columns: list[str]) -> None:
    with pytest.raises(BadVoucherFile):
        parsing.check_columns(columns)
