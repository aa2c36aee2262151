"""What ships: locked with hashes, as nobody in particular, from pinned images."""

import re

from tests.architecture import ROOT


def test_every_locked_requirement_has_a_hash_and_names_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        entries = re.split(r"\n(?=\S)", text.strip())
        pins = [entry for entry in entries if not entry.startswith("#")]

        assert len(pins) >= 40
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
        assert not re.search(r"https?://|--index-url|--find-links", text)


def test_the_image_runs_as_a_plain_user_and_checks_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^USER laurel$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert all(":" in image for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))


def test_the_composed_images_are_pinned() -> None:
    images = re.findall(r"^\s+image: (\S+)$", (ROOT / "compose.yaml").read_text(), re.MULTILINE)

    assert len(images) == 2
    assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_no_committed_text_knows_this_machine() -> None:
    here = str(ROOT)
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.suffix in {".py", ".sql", ".md", ".toml", ".yaml"} and not parts[0].startswith("."):
            assert here not in path.read_text(), path
