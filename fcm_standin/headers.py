"""Headers: reading HPACK (RFC 7541) in less time than the library's own reader.

A client sends the same nine headers again and again, and some clients write their access token out
each time, as Huffman codes. The reader below takes the common forms first and remembers the last
texts that it has decoded; tables, integers and codes are hpack's.
"""

from collections.abc import Iterable
from functools import lru_cache

from hpack import Decoder
from hpack.exceptions import HPACKDecodingError, OversizedHeaderListError
from hpack.hpack import decode_integer
from hpack.huffman_table import decode_huffman
from hpack.struct import HeaderTuple

# What RFC 7541, section 4.1, adds to the size of each header.
OVERHEAD_BYTES = 32
# A whole index of one byte ends before this one.
LONG_INDEX = 0xFF

decoded = lru_cache(maxsize=4_096)(decode_huffman)


class QuickDecoder(Decoder):
    """hpack's reader with another loop."""

    def decode(self, data: bytes, raw: bool = False) -> Iterable[HeaderTuple]:
        """The headers of a block, as bytes. Raises HPACKDecodingError."""
        found: list[HeaderTuple] = []
        place, size, entry = 0, 0, self.header_table.get_by_index
        while place < len(data):
            first = data[place]
            if first & 0x80:
                if first == LONG_INDEX:
                    index, used = decode_integer(data[place:], 7)
                else:
                    index, used = first & 0x7F, 1
                header = HeaderTuple(*entry(index))
                place += used
            elif first & 0x60 == 0x20:
                if found:
                    raise HPACKDecodingError("A change of the table's size after a header")
                place += self._update_encoding_context(data[place:])
                continue
            else:
                header, place = self._literal(data, place, first)
            found.append(header)
            size += len(header[0]) + len(header[1]) + OVERHEAD_BYTES
            if size > self.max_header_list_size:
                raise OversizedHeaderListError("The headers are too large")
        self._assert_valid_table_size()
        return found

    def _literal(self, data: bytes, place: int, first: int) -> tuple[HeaderTuple, int]:
        """A header that is written out, and where it ends."""
        keeps = bool(first & 0x40)
        index, used = decode_integer(data[place:], 6 if keeps else 4)
        place += used
        if index:
            name = self.header_table.get_by_index(index)[0]
        else:
            name, place = _text(data, place)
        value, place = _text(data, place)
        if keeps:
            self.header_table.add(name, value)
        return HeaderTuple(name, value), place


def _text(data: bytes, place: int) -> tuple[bytes, int]:
    if place >= len(data):
        raise HPACKDecodingError("The block ends too early")
    is_coded = data[place] & 0x80
    length, used = decode_integer(data[place : place + 12], 7)
    begin, end = place + used, place + used + length
    if end > len(data):
        raise HPACKDecodingError("The block ends too early")
    text = bytes(data[begin:end])
    return (decoded(text) if is_coded else text), end
