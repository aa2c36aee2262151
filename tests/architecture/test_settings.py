"""The environment is read in one place, and README documents every variable of it."""

import re
from pathlib import Path

import pytest

from cli import documents
from infra.settings import Settings, variable_of

ROOT = Path(__file__).parents[2]
READS = re.compile(r"os\.environ|os\.getenv|environ\[|getenv\(")
MARKED = re.compile(r"<!-- settings -->\n(.*?)<!-- /settings -->", re.DOTALL)


def test_only_settings_reads_the_environment() -> None:
    names = ("api", "cli", "domain", "infra", "migrations", "workers")
    found = [path for name in names for path in (ROOT / name).rglob("*.py")]

    readers = [str(path.relative_to(ROOT)) for path in found if READS.search(path.read_text())]

    assert readers == ["infra/settings.py"]


def test_readme_documents_every_variable() -> None:
    marked = MARKED.search((ROOT / "README.md").read_text())

    assert marked is not None, "README.md has no <!-- settings --> ... <!-- /settings -->"
    assert marked.group(1).strip() == documents.settings().strip(), "run: python -m cli.documents"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_what_it_is_for(name: str) -> None:
    assert Settings.model_fields[name].description, variable_of(name)
