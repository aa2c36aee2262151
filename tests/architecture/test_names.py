"""Our top-level names are generic; nobody we depend on may install the same ones."""

from importlib.metadata import packages_distributions

import pytest

from tests.architecture import OURS, ROOT

BANNED = ("service", "manager", "utils", "util", "helpers", "handler", "handlers", "repository")


@pytest.mark.parametrize("name", [*OURS, "bench", "tests"])
def test_no_dependency_installs_a_package_with_our_name(name: str) -> None:
    assert packages_distributions().get(name) is None


def test_no_module_is_named_after_a_role() -> None:
    named = [p.name for name in OURS for p in (ROOT / name).rglob("*.py") if p.stem in BANNED]
    assert named == []
