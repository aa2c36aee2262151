"""Read XML that strangers wrote: as text without entities, then as a tree without surprises.

Entities are how an XML file of 1 kB becomes 10 GB or fetches a file of ours, and neither GPX
nor TCX needs them, so whatever declares a document type is refused before any parser sees it.
"""

import codecs
import re
from datetime import datetime

from lxml import etree

from domain.activities.records import Fault, Unreadable

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>")
ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,30})[\"']")
# Only what cannot hide a "<!" in other bytes, as UTF-7 can.
ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
DECLARES = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """The file as text without its XML declaration.

    Raises Unreadable: UNSAFE_XML for a document type, CORRUPT for bytes that are no text.
    """
    encoding = next((name for mark, name in BOMS if content.startswith(mark)), None)
    if encoding is None:
        declared = ENCODING.match(content[:200].lstrip())
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding not in ENCODINGS:
            raise Unreadable(Fault.CORRUPT, f"encoding {encoding}")
    try:
        text = content.decode(encoding).lstrip("\ufeff")
    except UnicodeError as error:
        raise Unreadable(Fault.CORRUPT, str(error)[:100]) from None
    if DECLARES.search(text):
        raise Unreadable(Fault.UNSAFE_XML, "a document type or an entity is declared")
    # Without the declaration the parser reads what was scanned, not what the file claims to be.
    return DECLARATION.sub("", text, count=1)


def tree_of(text: str) -> etree._Element:
    """The root element. Raises Unreadable with CORRUPT when the text is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(Fault.CORRUPT, str(error)[:200]) from None


def number(text: str | None) -> float:
    """The number in an element's text; NaN when there is none."""
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")


def moment(text: str | None) -> datetime | None:
    """The time in an element's text; None when there is none that can be read."""
    try:
        return datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
