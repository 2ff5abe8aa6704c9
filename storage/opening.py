"""Which database an address means."""

from __future__ import annotations

from pathlib import Path

from storage.ports import Storage
from storage.writer_sqlite import open_sqlite


async def open_storage(url: str) -> Storage:
    """`sqlite:///PATH` or `postgresql://…`. Raises StorageUnavailable where it cannot be opened."""
    if url.startswith("sqlite:///"):
        return await open_sqlite(Path(url.removeprefix("sqlite:///")))
    from storage.writer_postgres import open_postgres

    return await open_postgres(url)
