"""The page about the stand-in tells of everything that can be asked of it."""

import re
from dataclasses import fields
from pathlib import Path

from fcm_standin import Rule, StandIn, What
from fcm_standin.controlling import Control
from fcm_standin.delivering import Fate
from fcm_standin.limiting import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "fcm-standin.md").read_text()
QUOTED = set(re.findall(r"`([^`\n]+)`", PAGE))


def test_every_answer_field_limit_and_fate_is_on_the_page() -> None:
    names = [*What, *Fate]
    names += [field.name for kind in (Rule, Limits) for field in fields(kind)]

    assert [name for name in names if name not in QUOTED] == []


def test_every_address_of_the_control_api_is_on_the_page(standin: StandIn) -> None:
    paths = {path for _, path in Control(standin).routes}

    assert [path for path in sorted(paths) if path not in PAGE] == []
