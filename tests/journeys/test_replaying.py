"""A marketer tries other rules on a living programme before setting them."""

import json
import time
from pathlib import Path

from tests.journeys.living import Laurel

PATIENCE_SECONDS = 30


def test_given_a_living_programme_when_rules_are_replayed_then_cost_and_members_are_told(
    laurel: Laurel, tmp_path: Path
) -> None:
    rules = {r["activity"]: r for r in laurel.run("rules", "list")}
    run = {name: rules["RUN"][name] for name in ("activity", "measure", "points", "per")}
    same, double = tmp_path / "same.json", tmp_path / "double.json"
    same.write_text(json.dumps({"rules": [run | {"day_max": rules["RUN"]["day_max"]}]}))
    double.write_text(json.dumps({"rules": [run | {"points": 2 * run["points"], "day_max": 900}]}))

    # What was judged a moment ago may not have been paid yet.
    last = time.monotonic() + PATIENCE_SECONDS
    now = laurel.run("rules", "replay", "--rules", str(same))
    while now["change"] and time.monotonic() < last:
        now = laurel.run("rules", "replay", "--rules", str(same))
    then = laurel.run("rules", "replay", "--rules", str(double))

    assert now["today"] == now["proposed"] > 0
    assert (now["change"], now["gained"], now["lost"]) == (0, [], [])
    assert then["change"] > 0 == len(then["lost"])
    assert then["by_type"]["RUN"]["change"] == then["change"]
    assert then["gained"][0]["change"] >= then["gained"][-1]["change"] > 0
    assert laurel.run("rules", "list") == list(rules.values())
