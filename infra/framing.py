"""Framing: messages over a stream of bytes, each with its length before it."""

from collections.abc import Iterator

LENGTH_BYTES = 4
FRAME_BYTES_MAX = 4 * 1024 * 1024


class FrameTooLong(Exception):
    """The other side says that a message is longer than any may be; nothing after it is sound."""


def framed(message: bytes) -> bytes:
    """The message with its length before it. Raises FrameTooLong."""
    if len(message) > FRAME_BYTES_MAX:
        raise FrameTooLong
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


class Frames:
    """Takes bytes as they come and gives whole messages back."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def take(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole now that `data` has come. Raises FrameTooLong."""
        self._bytes += data
        while len(self._bytes) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._bytes[:LENGTH_BYTES], "big")
            if end > LENGTH_BYTES + FRAME_BYTES_MAX:
                raise FrameTooLong
            if len(self._bytes) < end:
                return
            message = bytes(self._bytes[LENGTH_BYTES:end])
            del self._bytes[:end]
            yield message
