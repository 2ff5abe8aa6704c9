"""The list of erasures beside the database: a backup that is restored is older than some of them.

A line has ids and a keyed hash of the address, and no name, address or text.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from identity.erasure import Erasure

NAME = "erased.jsonl"
"""The file in the data folder."""
log = structlog.get_logger(__name__)
_decoder = msgspec.json.Decoder(Erasure)


class ErasedList:
    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    async def read(self) -> list[Erasure]:
        return await asyncio.to_thread(read_list, self._file)

    async def keep(self, erasures: Sequence[Erasure]) -> None:
        """Add these erasures to the list. Once this returns, they survive a power failure."""
        if erasures:
            await asyncio.to_thread(self._append, erasures)

    def _append(self, erasures: Sequence[Erasure]) -> None:
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in erasures)
        with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())


def read_list(file: Path) -> list[Erasure]:
    """The erasures of a list. A line that a crash cut off is left out and logged. Empty if there is no list."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found: dict[str, Erasure] = {}
    for line in lines:
        try:
            erasure = _decoder.decode(line)
        except msgspec.DecodeError:
            log.warning("line_of_erasures_unreadable")
            continue
        found[erasure.id] = erasure
    return list(found.values())
