"""Reads `hours.yaml` into an immutable `Desk`, or reports all faults of the file at once.

It reads YAML nodes instead of values. So every fault has a line number, and YAML does not convert values: the country
code NO is not read as false.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from yaml.nodes import Node

from routing.adapters.desk_reader import DeskReader
from routing.adapters.yaml_nodes import NodeReader, Unreadable, compose
from routing.desk import Desk
from routing.errors import DeskFaults

T = TypeVar("T")


def load(path: Path) -> Desk:
    """Read the file. Raises DeskFaults if it is invalid or cannot be read."""
    return desk_of(contents(path), path)


def contents(path: Path) -> bytes:
    """The bytes of the file. Raises DeskFaults if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        fault = "no such file: set --hours FILE or SWITCHBOARD_HOURS, or start in the folder of hours.yaml"
        raise DeskFaults([f"{path}: {fault}"]) from None
    except OSError as error:
        raise DeskFaults([f"{path}: {error.strerror}: expected a file that this user may read"]) from None


def etag_of(found: bytes) -> str:
    """The version of a file with these contents."""
    return blake2b(found, digest_size=8).hexdigest()


def unwritable(path: Path) -> bool:
    """True if this user may not replace the file."""
    real = path.resolve()
    return not (os.access(real, os.W_OK) and os.access(real.parent, os.W_OK))


def replace(path: Path, fresh: bytes) -> None:
    """Replace the contents of the file in one step. A reader sees the old contents or the new ones. Raises OSError if
    the file cannot be written, and then keeps the old contents."""
    real = path.resolve()
    number, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(real, name)
        os.replace(name, real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def desk_of(found: bytes, path: Path) -> Desk:
    """Parse the contents of the file at `path`. Raises DeskFaults if they are invalid."""
    return parse(text_of(found, path), str(path))


def text_of(found: bytes, path: Path) -> str:
    """Decode the contents of the file at `path`. Raises DeskFaults if they are not UTF-8."""
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeskFaults([f"{path}:{line}: byte {error.object[error.start]:#04x}: expected UTF-8 text"]) from None


def missing_teams(found: bytes, path: Path, needed: Mapping[str, str]) -> list[str]:
    """The faults for missing teams. `needed` maps the key of each missing team to a text that says what uses the
    team."""
    lines = found.decode("utf-8-sig").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if re.match(r"[\"']?teams[\"']?\s*:", text)), 1)
    return [
        f"{path}:{line}: {team}: missing, but used by {what}; keep the team, with retired: true and a successor"
        for team, what in sorted(needed.items())
    ]


def parse(text: str, file: str) -> Desk:
    """Parse `text`. `file` is the file name in faults. Raises DeskFaults if the text is invalid."""
    reader = DeskReader()
    return read(text, file, reader, reader.desk)


def read(text: str, file: str, reader: NodeReader, root: Callable[[Node], T]) -> T:
    """Parse `text` and read its root node with `root`, a method of `reader`.

    Raises DeskFaults with all faults. `file` is the file name in the faults.
    """
    try:
        found = root(compose(text))
    except Unreadable as unreadable:
        raise DeskFaults(_lines(file, unreadable.faults)) from None
    if reader.faults:
        raise DeskFaults(_lines(file, reader.faults))
    return found


def _lines(file: str, faults: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{file}:{line}: {what}" for line, what in sorted(set(faults))]
