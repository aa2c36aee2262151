"""Tell a file's format by its content; names and media types are what the sender claims."""

import codecs
import re

from domain.activities.errors import UnsupportedFormat
from domain.activities.records import Format

HEAD_BYTES = 1 << 14
FIT_MARK = slice(8, 12)
ROOTS = (
    (Format.GPX, re.compile(r"<(?:\w+:)?gpx\b")),
    (Format.TCX, re.compile(r"<(?:\w+:)?TrainingCenterDatabase\b")),
)
# What people send instead, by its first bytes.
OTHERS = (
    (b"\x1f\x8b", "GZIP"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ\x00", "XZ"),
    (b"\x28\xb5\x2f\xfd", "ZSTD"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def format_of(content: bytes) -> Format:
    """The format of the file. Raises UnsupportedFormat, which says what it looks like instead."""
    if content[FIT_MARK] == b".FIT":
        return Format.FIT
    head = _head(content)
    if not head.startswith("<"):
        known = (name for mark, name in OTHERS if content.startswith(mark))
        raise UnsupportedFormat(next(known, "UNKNOWN"))
    for format, root in ROOTS:
        if root.search(head):
            return format
    raise UnsupportedFormat("XML")


def _head(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content[:HEAD_BYTES].decode("utf-16" if wide else "latin-1", errors="replace")
    return text.removeprefix("\xef\xbb\xbf").lstrip("\ufeff \t\r\n")
