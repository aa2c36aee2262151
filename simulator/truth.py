"""Truth: what the simulator knows and the product must find out by itself.

Written to a file apart from the database, one JSON object a line, so that detection,
recommendation and uplift can be scored on it. Nothing of the product reads it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from simulator.habits import Act
from simulator.lives import Stretch
from simulator.people import Person


def write(file: Path, people: Sequence[Person], lies: Iterable[Act]) -> None:
    """Write what is true of these people, and which acts were made up."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as lines:
        for fact in _facts(people, lies):
            lines.write(orjson.dumps(fact) + b"\n")


def read(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of such a file; `what` tells a person from an act."""
    with file.open("rb") as lines:
        yield from map(orjson.loads, lines)


def _facts(people: Sequence[Person], lies: Iterable[Act]) -> Iterator[dict[str, Any]]:
    for person in people:
        yield {
            "what": "person",
            "handle": person.handle,
            "kind": person.kind,
            "vigour": round(person.vigour, 4),
            "outgoing": round(person.outgoing, 4),
            "taste": {taste.value: round(share, 4) for taste, share in person.taste.items()},
            "stance": person.stance,
            "cheat": person.cheat,
            "habit": person.life.habit,
            "life": [_plain(stretch) for stretch in person.life.stretches],
        }
    for act in lies:
        yield {
            "what": "lie",
            "handle": act.person.handle,
            "source": act.source,
            "externalId": act.external_id,
            "cheat": act.person.cheat,
        }


def _plain(stretch: Stretch) -> dict[str, str | date]:
    return {"since": stretch.since, "phase": stretch.phase}
