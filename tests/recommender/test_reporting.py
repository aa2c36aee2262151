"""The page about a model: everything in it, nothing fetched, and honest about what is missing."""

import re
from pathlib import Path

import pytest

from recommender.reporting import write_report

FACTS = {
    "metrics": {
        "als": {"ndcg@10": 0.2861, "coverage@10": 0.41, "popularity@10": 1.6},
        "pipeline": {"ndcg@10": 0.5098, "coverage@10": 0.7, "popularity@10": 1.1},
    },
    "calibration": {"said": [0.01, 0.4], "came": [0.012, 0.38], "size": [5_000, 90], "ece": 0.0023},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written over another one, as pictures take long to draw: one for all tests."""
    folder = tmp_path_factory.mktemp("report")
    write_report(folder, {}, title="First")
    return write_report(folder, FACTS, title="A < B", lines=[("members", "2,469")])


def test_a_page_holds_its_pictures_in_both_themes_and_their_figures(page: Path) -> None:
    text = page.read_text()

    names = {path.name for path in page.parent.iterdir()}
    drawn = ("metrics", "coverage", "calibration", "popularity")
    assert names == {"index.html"} | {
        f"{name}-{theme}.png" for name in drawn for theme in ("light", "dark")
    }
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in page.parent.glob("*.png"))
    assert text.count("data:image/png;base64,") == 2 * len(drawn)
    assert "<h1>A &lt; B</h1>" in text
    for figure in ("2,469", "0.5098", "0.2861", "0.0023", "5,000", "0.0120"):
        assert figure in text


def test_a_page_asks_nobody_for_anything(page: Path) -> None:
    assert not re.search(r"https?://|<script|<link|@import", page.read_text())


def test_a_model_of_which_nothing_was_measured_says_so(tmp_path: Path) -> None:
    text = write_report(tmp_path, {}, title="A").read_text()

    assert "Nothing was measured" in text
    assert "<img" not in text


def test_a_page_takes_the_place_of_the_one_before(page: Path) -> None:
    assert "First" not in page.read_text()
