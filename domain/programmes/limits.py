"""Check a programme's limits and unit. Pure functions."""

from domain.programmes.checking import plain
from domain.programmes.errors import BadPolicy, BadUnit

UNIT_CHARACTERS_MAX = 30
POINTS_MAX = 2**53 - 1
TRANSFER_ACCEPT_DAYS_MAX = 28
EXPIRY_MONTHS_MAX = 34


def check_limits(
    transfer_max: int,
    transfer_day_max: int,
    transfer_accept_days: int,
    expiry_months: int | None,
) -> None:
    """Refuse what the ledger cannot keep: BadPolicy, for the first of them in this order."""
    _check("transfer_max", transfer_max, most=POINTS_MAX)
    _check("transfer_day_max", transfer_day_max, most=POINTS_MAX)
    _check("transfer_accept_days", transfer_accept_days, most=TRANSFER_ACCEPT_DAYS_MAX)
    _check("expiry_months", expiry_months or 0, least=0, most=EXPIRY_MONTHS_MAX)


def sound_unit(text: str) -> str:
    """`text` as the name of a unit. Raises BadUnit."""
    if not text or plain(text, longest=UNIT_CHARACTERS_MAX) != text:
        raise BadUnit(f"a unit is 1 to {UNIT_CHARACTERS_MAX} characters of plain text")
    return text


def _check(field: str, number: int, *, least: int = 1, most: int) -> None:
    if not least <= number <= most:
        raise BadPolicy(field, least=least, most=most)
