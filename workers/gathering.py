"""Gathering: what the capabilities want to have done, from their own lists."""

from importlib import import_module
from typing import Any

import domain
from infra import answers
from infra.jobs import Job
from infra.outbox import Reaction


def reactions() -> tuple[Reaction, ...]:
    """Every capability's REACTIONS; their names differ."""
    found = [each for name in domain.modules("reactions") for each in _of(name, "REACTIONS")]
    _assert_distinct([reaction.name for reaction in found])
    return tuple(found)


def jobs() -> tuple[Job, ...]:
    """Every capability's JOBS, and the infrastructure's own; their names differ."""
    found = [each for name in domain.modules("schedule") for each in _of(name, "JOBS")]
    found += answers.JOBS
    _assert_distinct([job.name for job in found])
    return tuple(found)


def _of(module: str, name: str) -> tuple[Any, ...]:
    return tuple(getattr(import_module(module), name))


def _assert_distinct(names: list[str]) -> None:
    assert len(set(names)) == len(names), f"a name is used twice in {names}"
