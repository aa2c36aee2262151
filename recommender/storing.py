"""Storing: a model and the keys of its items as a folder of plain files.

Arrays are .npy files, so that processes map them into memory and share them. The folder appears
whole or not at all: it is written under another name, flushed, and renamed. Its manifest has the
size and SHA-256 of each file, and whoever loads it checks them all before anything is used.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from recommender.errors import Unusable
from recommender.model import Model

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys.txt"
UNFINISHED = ".unfinished"


class NoModel(Unusable):
    """There is no folder of that name, or it has no manifest that can be read."""

    code = "NO_MODEL_FOLDER"


class OtherFormat(Unusable):
    """The folder was written by another version of this program."""

    code = "MODEL_FORMAT"


class Damaged(Unusable):
    """A file is missing, cut short, or not what was written."""

    code = "MODEL_DAMAGED"


@dataclass(frozen=True, slots=True)
class Stored:
    """A model with the key of each of its item columns."""

    model: Model
    keys: Sequence[str]


def save(folder: Path, stored: Stored) -> None:
    """Write the folder, which must not be there yet; after this it survives a power cut."""
    rough = folder.with_name(folder.name + UNFINISHED)
    _empty(rough)
    for name, array in stored.model.arrays().items():
        with (rough / f"{name}.npy").open("xb") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    texts = {f"{name}.txt": text for name, text in stored.model.texts().items()}
    for name, text in (texts | {KEYS: "\n".join(stored.keys)}).items():
        (rough / name).write_text(text, encoding="utf-8", newline="\n")
    files = {file.name: _said_of(file) for file in sorted(rough.iterdir())}
    (rough / MANIFEST).write_bytes(
        orjson.dumps({"format": FORMAT, "files": files}, option=orjson.OPT_INDENT_2)
    )
    for path in (*rough.iterdir(), rough):
        _flush(path)
    rough.rename(folder)
    _flush(folder.parent)


def load(folder: Path, *, mmap: bool = True) -> Stored:
    """The model of a folder, its arrays mapped from the files or read into memory.

    Raises in this order: NoModel, OtherFormat, Damaged, BadModel.
    """
    files = _manifest(folder)
    for name, said in files.items():
        if not (folder / name).is_file() or _said_of(folder / name) != said:
            raise Damaged(f"{name} is missing or is not what was written")
    try:
        arrays = {
            # Mapped, but plain: an array that says it is mapped makes each small step slower.
            name.removesuffix(".npy"): np.asarray(np.load(folder / name, "r" if mmap else None))
            for name in files
            if name.endswith(".npy")
        }
        texts = {
            name.removesuffix(".txt"): (folder / name).read_text(encoding="utf-8")
            for name in files
            if name.endswith(".txt")
        }
    except (ValueError, OSError) as error:
        raise Damaged(str(error)) from error
    keys = texts.get("keys", "").splitlines()
    model = Model.of(arrays, texts)
    if len(keys) != model.items:
        raise Damaged(f"{len(keys)} keys for {model.items} items")
    return Stored(model, keys)


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        said = orjson.loads((folder / MANIFEST).read_bytes())
        format, files = said["format"], dict(said["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoModel(f"{folder.name} has no manifest that can be read") from error
    if format != FORMAT:
        raise OtherFormat(f"format {format}, not {FORMAT}")
    if any(Path(name).name != name for name in files):
        raise NoModel(f"{folder.name} names a file outside of it")
    return files


def _empty(folder: Path) -> None:
    """The folder without files, also after a training that was killed in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()


def _said_of(path: Path) -> dict[str, Any]:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
