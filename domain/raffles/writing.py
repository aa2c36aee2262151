"""Writing: the evidence of a draw as a file, and back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from domain.raffles.errors import BadEvidence
from domain.raffles.records import Evidence

FORMAT = "laurel-raffle-1"
TAIL = b"]}"
FILE_BYTES_MAX = 100_000_000


def write_evidence(evidence: Evidence) -> bytes:
    """A JSON object; bytes are hexadecimal, tickets are pairs of number and id."""
    return b"".join((head(evidence), part(evidence.entries, first=True), TAIL))


def head(evidence: Evidence) -> bytes:
    """The file up to its first ticket."""
    said = {
        "format": FORMAT,
        "commitment": evidence.commitment.hex(),
        "seed": evidence.seed.hex(),
        "source": evidence.source,
        "value": evidence.value,
        "digest": evidence.digest.hex(),
        "prizes": evidence.prizes,
        "winners": list(evidence.winners),
    }
    return orjson.dumps(said)[:-1] + b',"tickets":['


def part(entries: Mapping[int, UUID], *, first: bool) -> bytes:
    """Some tickets of the file, by number; it ends with `TAIL`."""
    pairs = orjson.dumps([(number, str(entries[number])) for number in sorted(entries)])[1:-1]
    return pairs if first or not pairs else b"," + pairs


def read_evidence(content: bytes) -> Evidence:
    """What `write_evidence` wrote. Raises BadEvidence."""
    if len(content) > FILE_BYTES_MAX:
        raise BadEvidence(f"the file has more than {FILE_BYTES_MAX} bytes")
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadEvidence("the file is no JSON") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BadEvidence(f"the file does not say that it is {FORMAT}")
    try:
        return _evidence(said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadEvidence(f"something is missing or strange: {type(error).__name__}") from error


def _evidence(said: Mapping[str, Any]) -> Evidence:
    entries = {_whole(number): UUID(id) for number, id in said["tickets"]}
    if len(entries) != len(said["tickets"]):
        raise BadEvidence("a ticket stands there twice")
    return Evidence(
        commitment=bytes.fromhex(said["commitment"]),
        seed=bytes.fromhex(said["seed"]),
        source=_text(said["source"]),
        value=_text(said["value"]),
        digest=bytes.fromhex(said["digest"]),
        prizes=_whole(said["prizes"]),
        entries=entries,
        winners=[_whole(number) for number in said["winners"]],
    )


def _whole(said: object) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise BadEvidence("a number is whole and not negative")
    return said


def _text(said: object) -> str | None:
    if said is not None and not isinstance(said, str):
        raise BadEvidence("a public value is text")
    return said
