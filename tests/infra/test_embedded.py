"""Embedded: any folder becomes a database, whatever its path and whatever was left in it."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from cli.supervising import _as_user
from infra import db, embedded, migrating
from infra.embedded import Server


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    with (server.folder.parent / "log").open("ab") as log:
        process = subprocess.Popen(
            server.command, cwd=server.folder, stdout=log, stderr=log, **_as_user(server.user)
        )
    try:
        yield process
    finally:
        process.send_signal(server.stop_signal)
        process.wait(20)


async def created(url: str) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await migrating.create(url)
                return
            except db.Unavailable:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", ["plain", "with a space, and ümlaut", "long" * 30])
async def test_a_folder_becomes_a_database_and_keeps_its_rows(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "postgres"

    for expected in (0, 1):
        server = embedded.postgres(folder)
        with running(server):
            await created(server.url)
            connection = await asyncpg.connect(server.url)
            await connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
            assert await connection.fetchval("SELECT count(*) FROM kept") == expected
            await connection.execute("INSERT INTO kept VALUES (1)")
            await connection.close()


def test_a_postmaster_file_with_the_number_of_another_program_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    embedded.postgres(folder)
    (folder / "postmaster.pid").write_text("1\n")

    embedded.postgres(folder)

    assert not (folder / "postmaster.pid").exists()


def test_an_interrupted_preparation_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    (folder / "base").mkdir(parents=True)
    (folder / "base" / "half").write_text("half")

    embedded.postgres(folder)

    assert (folder / "PG_VERSION").exists()
    assert not (folder / "base" / "half").exists()


def test_valkey_keeps_nothing_on_disk_and_listens_here_only(tmp_path: Path) -> None:
    server = embedded.valkey(tmp_path / "valkey")

    assert server.url.startswith("redis://127.0.0.1:")
    assert server.command[-3:-1] == ("", "--appendonly")
