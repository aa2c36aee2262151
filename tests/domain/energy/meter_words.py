"""Meter words: files of readings, as utilities and home systems write them."""

from collections.abc import Sequence
from datetime import datetime

HALF_HOUR_S = 1_800


def green_button(
    readings: Sequence[tuple[int, int]],
    *,
    duration_s: int = HALF_HOUR_S,
    power: int = 0,
    uom: int = 72,
    flow: int = 1,
    quality: int | None = None,
    usage_point: str = "/espi/1_1/resource/UsagePoint/1",
) -> bytes:
    """A file with (start in seconds, value) readings."""
    told = (
        "" if quality is None else f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>"
    )
    items = "".join(
        f"<IntervalReading>{told}<timePeriod><duration>{duration_s}</duration>"
        f"<start>{start}</start></timePeriod><value>{value}</value></IntervalReading>"
        for start, value in readings
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <entry><link rel="self" href="{usage_point}"/>
    <content><UsagePoint xmlns="http://naesb.org/espi"/></content></entry>
  <entry><link rel="self" href="{usage_point}/MeterReading/1"/>
    <link rel="related" href="/espi/1_1/resource/ReadingType/1"/>
    <content><MeterReading xmlns="http://naesb.org/espi"/></content></entry>
  <entry><link rel="self" href="/espi/1_1/resource/ReadingType/1"/>
    <content><ReadingType xmlns="http://naesb.org/espi"><flowDirection>{flow}</flowDirection>
      <intervalLength>{duration_s}</intervalLength>
      <powerOfTenMultiplier>{power}</powerOfTenMultiplier><uom>{uom}</uom></ReadingType>
    </content></entry>
  <entry><link rel="up" href="{usage_point}/MeterReading/1/IntervalBlock"/>
    <content><IntervalBlock xmlns="http://naesb.org/espi">{items}</IntervalBlock></content></entry>
</feed>""".encode()


def table(rows: Sequence[tuple[str, str]], head: str = "start,kwh") -> bytes:
    """A CSV file."""
    return "\n".join([head, *(",".join(row) for row in rows)]).encode()


def half_hours(first: datetime, wh: Sequence[int]) -> list[tuple[int, int]]:
    """Readings from a moment on."""
    start = int(first.timestamp())
    return [(start + number * HALF_HOUR_S, value) for number, value in enumerate(wh)]
