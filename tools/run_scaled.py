"""Runs the demo as several processes on PostgreSQL, which it starts and ends.

    python -m tools.run_scaled --workers 3 --port 8001

Further options are those of `switchboard demo`.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from tools.postgresql import NotInstalled, PostgreSQL

FOR_ROOT = Path("/var/lib/switchboard-demo")
"""The server runs as a user who may not look into root's home."""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run-scaled", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--servers", type=Path, default=_folder(), help="the folder of PostgreSQL")
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
        return _demo(["--workers", str(given.workers), "--database-url", postgresql.url(), *more])
    except subprocess.CalledProcessError:
        print(f"PostgreSQL does not start. {postgresql.folder}/output says why.", file=sys.stderr)
        return 1
    finally:
        postgresql.stop()


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
