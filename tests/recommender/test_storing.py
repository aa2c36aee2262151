"""A model's folder comes back as it was, or is refused whole."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest

from recommender import storing
from recommender.arrays import Log
from recommender.errors import Unusable
from recommender.fitting import fit
from recommender.model import Settings
from recommender.storing import Stored


@pytest.fixture(scope="module")
def stored() -> Stored:
    random = np.random.default_rng(7)
    log = Log.of(random.integers(0, 12, 90), random.integers(0, 5, 90), members=12, items=5)
    return Stored(fit(log, settings=Settings(factors=4)), [f"product:{n}" for n in range(5)])


def test_what_was_saved_is_loaded_mapped_or_not(stored: Stored, tmp_path: Path) -> None:
    storing.save(tmp_path / "model", stored)

    for mmap in (True, False):
        found = storing.load(tmp_path / "model", mmap=mmap)
        arrays = found.model.arrays()
        assert list(found.keys) == list(stored.keys)
        assert found.model.texts() == stored.model.texts()
        for name, array in stored.model.arrays().items():
            np.testing.assert_array_equal(arrays[name], array)
        assert isinstance(arrays["factors"].base, np.memmap) is mmap


def _cut(folder: Path) -> None:
    file = folder / "factors.npy"
    file.write_bytes(file.read_bytes()[:-1])


def _change(folder: Path) -> None:
    file = folder / "factors.npy"
    whole = bytearray(file.read_bytes())
    whole[-1] ^= 1
    file.write_bytes(bytes(whole))


def _said(folder: Path, **words: object) -> None:
    file = folder / "manifest.json"
    file.write_bytes(orjson.dumps(orjson.loads(file.read_bytes()) | words))


def _lose_key(folder: Path) -> None:
    file = folder / "keys.txt"
    file.write_text("product:0\n", encoding="utf-8")
    files = orjson.loads((folder / "manifest.json").read_bytes())["files"]
    _said(folder, files=files | {"keys.txt": storing._said_of(file)})


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "NO_MODEL_FOLDER"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"{"), "NO_MODEL_FOLDER"),
        (lambda folder: _said(folder, files={"../x.npy": {}}), "NO_MODEL_FOLDER"),
        (lambda folder: _said(folder, format=2), "MODEL_FORMAT"),
        (lambda folder: (folder / "gram.npy").unlink(), "MODEL_DAMAGED"),
        (_cut, "MODEL_DAMAGED"),
        (_change, "MODEL_DAMAGED"),
        (_lose_key, "MODEL_DAMAGED"),
        (lambda folder: _said(folder, files={}), "BAD_MODEL"),
    ],
)
def test_a_folder_that_is_not_what_was_written_is_refused(
    stored: Stored, tmp_path: Path, harm: Callable[[Path], object], code: str
) -> None:
    storing.save(tmp_path / "model", stored)
    harm(tmp_path / "model")

    with pytest.raises(Unusable) as refused:
        storing.load(tmp_path / "model")

    assert refused.value.code == code


def test_a_save_that_died_half_way_leaves_no_model_and_the_next_one_succeeds(
    stored: Stored, tmp_path: Path
) -> None:
    rough = tmp_path / f"model{storing.UNFINISHED}"
    rough.mkdir()
    (rough / "factors.npy").write_bytes(b"half")

    with pytest.raises(storing.NoModel):
        storing.load(tmp_path / "model")
    storing.save(tmp_path / "model", stored)

    assert storing.load(tmp_path / "model").model.items == 5
    assert not rough.exists()
