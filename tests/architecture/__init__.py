"""Tests of the shape of the whole: what the compiler of another language would refuse."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = (
    "api",
    "cli",
    "console",
    "domain",
    "fcm_standin",
    "infra",
    "migrations",
    "recommender",
    "simulator",
    "workers",
)
