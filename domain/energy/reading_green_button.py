"""Read Green Button files: Atom with NAESB REQ.21 ESPI, in which utilities give use to homes.

Read are interval blocks in watt-hours (uom 72, any power of ten) that flow to the home. Times in
ESPI are seconds of UTC, so that a change of the clocks is none here. What declares a document
type or an entity is refused by defusedxml before anything is expanded.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.energy.records import Fault, Interval, Unreadable

ESPI = "{http://naesb.org/espi}"
ATOM = "{http://www.w3.org/2005/Atom}"
WATT_HOURS = 72
DELIVERED, RECEIVED = 1, 19
# Quality of reading: 7 estimated by hand, 8 by the system, 12 and 13 forecast and mixed.
ESTIMATES = frozenset({7, 8, 12, 13, 15})
POWERS = range(-9, 10)


def read(content: bytes) -> tuple[str | None, list[Interval]]:
    """The usage point's own address, and the intervals in any order. Raises Unreadable."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(Fault.UNSAFE_XML) from None
    except (ParseError, ValueError, LookupError):
        raise Unreadable(Fault.CORRUPT) from None
    entries = list(root.iter(f"{ATOM}entry"))
    types = {_href(e, "self"): t for e in entries for t in e.iter(f"{ESPI}ReadingType")}
    if not types:
        raise Unreadable(Fault.EMPTY)
    meters = {
        _href(entry, "self"): [_href_of(link) for link in entry.iter(f"{ATOM}link")]
        for entry in entries
        if entry.find(f"{ATOM}content/{ESPI}MeterReading") is not None
    }
    points = [_href(e, "self") for e in entries if e.find(f".//{ESPI}UsagePoint") is not None]
    if len(set(points)) > 1:
        raise Unreadable(Fault.SEVERAL_METERS)
    intervals: list[Interval] = []
    for entry in entries:
        for block in entry.iter(f"{ESPI}IntervalBlock"):
            kind = _type_of(entry, types, meters)
            intervals += _intervals(block, kind)
    return next(iter(points), None) or None, intervals


def _type_of(entry: Element, types: dict[str, Element], meters: dict[str, list[str]]) -> Element:
    """The reading type of a block: that of the meter reading it stands under."""
    if len(types) == 1:
        return next(iter(types.values()))
    places = (_href(entry, "up"), _href(entry, "self"))
    for meter, links in meters.items():
        if meter and any(place == meter or place.startswith(f"{meter}/") for place in places):
            found = [types[link] for link in links if link in types]
            if len(found) == 1:
                return found[0]
    raise Unreadable(Fault.SEVERAL_METERS)


def _intervals(block: Element, kind: Element) -> Iterator[Interval]:
    if _number(kind, "flowDirection", DELIVERED) == RECEIVED:
        return
    if _number(kind, "uom", WATT_HOURS) != WATT_HOURS:
        raise Unreadable(Fault.WRONG_UNIT)
    power = _number(kind, "powerOfTenMultiplier", 0)
    if power not in POWERS:
        raise Unreadable(Fault.WRONG_UNIT)
    length = _number(kind, "intervalLength", 0)
    for reading in block.iter(f"{ESPI}IntervalReading"):
        period = reading.find(f"{ESPI}timePeriod")
        if period is None:
            raise Unreadable(Fault.BAD_TIMES)
        wh = Decimal(_needed(reading, "value")).scaleb(power)
        quality = reading.find(f"{ESPI}ReadingQuality/{ESPI}quality")
        yield Interval(
            start_s=_needed(period, "start"),
            duration_s=_number(period, "duration", length),
            wh=int(wh.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)),
            estimated=quality is not None and (quality.text or "").strip() in map(str, ESTIMATES),
        )


def _number(parent: Element, name: str, default: int) -> int:
    found = parent.find(f"{ESPI}{name}")
    return default if found is None else _whole(found.text)


def _needed(parent: Element, name: str) -> int:
    found = parent.find(f"{ESPI}{name}")
    if found is None:
        raise Unreadable(Fault.CORRUPT)
    return _whole(found.text)


def _whole(text: str | None) -> int:
    said = (text or "").strip()
    if len(said) > 15 or not said.removeprefix("-").isdecimal() or not said.isascii():
        raise Unreadable(Fault.CORRUPT)
    return int(said)


def _href(entry: Element, rel: str) -> str:
    links = entry.findall(f"{ATOM}link")
    return next((_href_of(link) for link in links if link.get("rel") == rel), "")


def _href_of(link: Element) -> str:
    return (link.get("href") or "").rstrip("/")
