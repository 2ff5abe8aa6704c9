"""A PostgreSQL server from the installed package, in a folder of its own. It needs no service and no root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root. Root runs it as this user, which Debian's package adds."""
_START_S = 60


class NotInstalled(Exception):
    """There is no PostgreSQL on this machine. The text is a sentence for the user."""


def programs(data: Path | None = None, installed: Path = DEBIAN) -> Path:
    """The folder of PostgreSQL's programs: of the version that made the folder `data` if there is one, otherwise of the
    newest. Raises NotInstalled."""
    found = sorted(installed.glob("*/bin/pg_ctl"), key=_version)
    named = shutil.which("pg_ctl")
    if not found and named is None:
        raise NotInstalled("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    if not found:
        return Path(named or "").resolve().parent
    made_by = data / "PG_VERSION" if data is not None else None
    if made_by is None or not made_by.exists():
        return found[-1].parent
    version = made_by.read_text("ascii").strip()
    if (folder := installed / version / "bin") not in [path.parent for path in found]:
        raise NotInstalled(
            f"PostgreSQL {version} made {data}, and is not installed. "
            f"On Debian: apt-get install postgresql-{version}. Or remove this folder, to start with a new database."
        )
    return folder


def _version(path: Path) -> int:
    return int(re.sub(r"\D.*", "", path.parts[-3]) or 0)


class PostgreSQL:
    """A server on a socket in `folder`, or on `port` of 127.0.0.1 too.

    On the socket only the user of the server and root are let in, without a password. On the port, everybody on this
    machine is.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port
        self._data = folder / "data"
        self._programs = programs(self._data)

    def start(self, settings: Sequence[str] = ()) -> None:
        """Create the server if it is new, and start it. `settings` are lines like `fsync=off`."""
        self.prepare()
        if not (self._data / "PG_VERSION").exists():
            self.run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres")
        if (self._data / "postmaster.pid").exists():
            # Left over from a start that was killed.
            self.stop()
        lines = [
            f"unix_socket_directories={self.folder}",
            "unix_socket_permissions=0700",
            f"listen_addresses={'127.0.0.1' if self.port else ''}",
            *([f"port={self.port}"] if self.port else ()),
            *settings,
        ]
        options = " ".join(f"-c '{line}'" for line in lines)
        log = str(self.folder / "log")
        self.run("pg_ctl", "-w", "-t", str(_START_S), "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """End all connections, then the server. Does nothing if it does not run."""
        self.run("pg_ctl", "-w", "-m", mode, "stop", check=False)

    def prepare(self) -> None:
        """Make the folder, and give it to the user of the server."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if _is_root():
            shutil.chown(self.folder, ACCOUNT, ACCOUNT)

    def run(self, program: str, *words: str, check: bool = True) -> None:
        """Run one of PostgreSQL's programs on the data of the server, as its user. Raises CalledProcessError."""
        # `pg_ctl start` leaves a server behind that would keep a pipe open, so the output goes to a file.
        account = ACCOUNT if _is_root() else None
        with (self.folder / "output").open("ab") as output:
            subprocess.run(
                [str(self._programs / program), "-D", str(self._data), *words],
                check=check,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                user=account,
                group=account,
                extra_groups=() if account else None,
                start_new_session=True,  # Ctrl+C would stop it before the desk
            )

    def url(self, database: str = "postgres") -> str:
        """The URL of one of its databases, on the socket."""
        port = f"&port={self.port}" if self.port else ""
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='/')}{port}"


def _is_root() -> bool:
    return os.geteuid() == 0
