"""The lock on the data folder: one server at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from multiprocessing.util import register_after_fork
from pathlib import Path

from server.settings import Settings


class CannotServe(Exception):
    """The server cannot start. The text is a sentence for the operator."""


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the lock on the data folder during the `with` block. Creates the folder if needed. Raises CannotServe if
    another server holds the lock, or if the folder cannot be created."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (settings.data / "server.lock").open("a+")
    except OSError as error:
        raise CannotServe(f"{settings.data}: {error.strerror}: choose a folder that this user may write to") from None
    with lock:
        # A worker is forked from this process. It must not hold the lock on after this process was killed.
        register_after_fork(lock, TextIOWrapper.close)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(
                f"{settings.data}: a server already uses this folder{_number(lock.name)}. Stop it first, "
                "or choose another folder with --data."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def is_served(settings: Settings) -> bool:
    """True if a server is using the data folder, or if its lock file cannot be opened."""
    try:
        with (settings.data / "server.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _number(lock: str) -> str:
    try:
        number = Path(lock).read_text().strip()
    except OSError:
        number = ""
    return f" (process {number})" if number.isdigit() else ""
