"""What the README tells a newcomer to paste is well-formed and fits the schema."""

import json
import re

import pytest
from graphql import build_schema, parse, validate

from tests.architecture import ROOT

BODY = re.compile(r"(?:--json|-F operations=)\s*(?:\\\n\s*)?'(\{.*?\})'(?:\s|$)", re.DOTALL)
# The shell puts a variable, or what a command prints, between two quoted parts.
SHELL = re.compile(r"'\$(?:[A-Z]+|\([^)]*\))'")
# Which of the three doors a request is for.
DOORS = {"$API": "schema", "$PARTNER": "partner", "http://127.0.0.1:8000/ops/graphql": "ops"}


def requests() -> list[tuple[str, str]]:
    """The schema that each request is for, and its body."""
    walk = (ROOT / "README.md").read_text()
    found = []
    for body in BODY.finditer(walk):
        address = walk[: body.start()].rpartition("curl -s ")[2].split()[0]
        found.append((DOORS[address], SHELL.sub("x", body[1])))
    return found


@pytest.mark.parametrize(("door", "body"), requests())
def test_each_request_of_the_readme_is_valid(door: str, body: str) -> None:
    schema = build_schema((ROOT / f"{door}.graphql").read_text())

    assert validate(schema, parse(json.loads(body)["query"])) == []


def test_the_readme_has_requests_for_each_door() -> None:
    doors = [door for door, _ in requests()]

    assert {door: doors.count(door) for door in set(doors)} == {
        "schema": 10,
        "partner": 7,
        "ops": 1,
    }
