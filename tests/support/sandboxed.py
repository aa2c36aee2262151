"""Sandboxed: tasks, good and bad, for the children of infra.sandbox."""

import ctypes
import os
import stat
import tempfile
import time


def echo(content: bytes) -> bytes:
    return content


def pid(content: bytes) -> bytes:
    return str(os.getpid()).encode()


def nap(content: bytes) -> bytes:
    time.sleep(0.3)
    return str(os.getpid()).encode()


def sleep_for_ever(content: bytes) -> bytes:
    time.sleep(3600)
    return b""


def spin_for_ever(content: bytes) -> bytes:
    while True:
        pass


def allocate_for_ever(content: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def die(content: bytes) -> bytes:
    os._exit(3)


def segfault(content: bytes) -> bytes:
    ctypes.string_at(0)
    return b""


def raise_an_error(content: bytes) -> bytes:
    raise ValueError("no")


def write_a_file(content: bytes) -> bytes:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"loot")
        file.flush()
    return b""


def answer_too_long(content: bytes) -> bytes:
    return bytes((1 << 24) + 1)


def environment_and_sockets(content: bytes) -> bytes:
    sockets = sum(stat.S_ISSOCK(os.fstat(number).st_mode) for number in _open_descriptors())
    return f"sockets={sockets} names={','.join(sorted(os.environ))}".encode()


def _open_descriptors() -> list[int]:
    found = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found
