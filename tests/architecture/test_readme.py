"""What the README tells a newcomer to paste is well-formed and fits the schema."""

import json
import re

import pytest
from graphql import build_schema, parse, validate

from tests.architecture import ROOT

BODY = re.compile(r"(?:--json|-F operations=)\s*(?:\\\n\s*)?'(\{.*?\})'(?:\s|$)", re.DOTALL)
# The shell puts a variable between two quoted parts.
SHELL = re.compile(r"'\$[A-Z]+'")


def bodies() -> list[str]:
    walk = (ROOT / "README.md").read_text()
    return [SHELL.sub("x", found) for found in BODY.findall(walk)]


@pytest.mark.parametrize("body", bodies())
def test_each_request_of_the_readme_is_valid(body: str) -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())

    assert validate(schema, parse(json.loads(body)["query"])) == []


def test_the_readme_has_requests() -> None:
    assert len(bodies()) == 5
