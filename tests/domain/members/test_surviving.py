"""Which of two people's values a merged member keeps."""

from datetime import timedelta
from typing import Any

import pytest

from domain.members.surviving import Known, taken_over
from tests.support.given import NOON

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("here", "there", "taken"),
    [
        (None, Known("Graz", NOON), True),
        (Known("", NOON), Known("Graz", NOON), True),
        (Known("Linz", LATER), None, False),
        (Known("Linz", NOON), Known("Graz", LATER), True),
        (Known("Linz", LATER), Known("Graz", NOON), False),
        (Known("Linz", NOON), Known("", LATER), False),
        (Known("Linz", NOON), Known(None, LATER), False),
        (Known("Graz", NOON), Known("Graz", LATER), False),
        (Known("Graz", NOON), Known("Graz, Styria", NOON), True),
        (Known("Graz, Styria", NOON), Known("Graz", NOON), False),
        (Known("Linz", NOON), Known("Graz", NOON), False),
        (Known(["a"], NOON), Known(["a", "b"], NOON), True),
        (Known(3, NOON), Known(4, NOON), False),
        (Known(False, NOON), Known(True, LATER), True),
        (Known(0, NOON), Known(False, NOON), False),
    ],
)
def test_what_is_newer_counts_then_what_is_fuller(here: Any, there: Any, taken: bool) -> None:
    survivor = {} if here is None else {"field": here}
    duplicate = {} if there is None else {"field": there}

    assert taken_over(survivor, duplicate) == (duplicate if taken else {})
