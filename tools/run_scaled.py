"""Runs the demo as several processes on PostgreSQL and Valkey, which it starts and ends.

If neither Valkey nor Redis is installed, the processes use PostgreSQL alone.

    python -m tools.run_scaled --workers 3 --port 8001

Further options are those of `switchboard demo`.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from tools.postgresql import NotInstalled, PostgreSQL
from tools.valkey import DoesNotStart, Valkey, program

FOR_ROOT = Path("/var/lib/switchboard-demo")
"""The server runs as a user who may not look into root's home."""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run-scaled", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--servers", type=Path, default=_folder(), help="the folder of PostgreSQL and Valkey")
    parser.add_argument("--workers", type=int, default=2)
    given, more = parser.parse_known_args(words)
    try:
        postgresql = PostgreSQL(given.servers / "postgresql")
    except NotInstalled as missing:
        print(missing, file=sys.stderr)
        return 2
    try:
        print(f"Starting PostgreSQL in {postgresql.folder}", flush=True)
        postgresql.start()
        with _bus(given.servers / "valkey") as bus:
            return _demo(["--workers", str(given.workers), "--database-url", postgresql.url(), *bus, *more])
    except subprocess.CalledProcessError:
        print(f"PostgreSQL does not start. {postgresql.folder}/output says why.", file=sys.stderr)
        return 1
    except DoesNotStart:
        print(f"Valkey does not start. {given.servers}/valkey/log says why.", file=sys.stderr)
        return 1
    finally:
        postgresql.stop()


@contextmanager
def _bus(folder: Path) -> Iterator[list[str]]:
    """Run Valkey during the `with` block if it is installed. Yields the options with which the demo uses it."""
    found = program()
    if found is None:
        print("Valkey is not installed, so the processes use PostgreSQL alone.", flush=True)
        yield []
        return
    valkey = Valkey(folder, found)
    print(f"Starting Valkey in {folder}", flush=True)
    valkey.start()
    try:
        yield ["--redis-url", valkey.url]
    finally:
        valkey.stop()


def _folder() -> Path:
    if os.geteuid() == 0:
        return FOR_ROOT
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "switchboard" / "demo-servers"


def _demo(words: list[str]) -> int:
    """Run the demo until it ends. Returns its exit status."""
    demo = subprocess.Popen([sys.executable, "-c", "from server.cli import main; main()", "demo", *words])

    def pass_on(number: int, frame: FrameType | None) -> None:
        # Ctrl+C has reached the demo already.
        if number == signal.SIGTERM:
            with suppress(ProcessLookupError):
                demo.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    return demo.wait()


if __name__ == "__main__":
    sys.exit(main())
