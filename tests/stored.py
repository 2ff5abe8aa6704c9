"""A store with this version's tables in it, for tests that need a real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.migrate import upgrade
from storage.opening import open_storage
from storage.ports import Storage


@asynccontextmanager
async def stored(folder: Path, database_url: str | None = None) -> AsyncIterator[Storage]:
    """SQLite in `folder`, or PostgreSQL at that address, empty."""
    url = database_url or f"sqlite:///{folder / 'desk.sqlite3'}"
    await asyncio.to_thread(upgrade, url)
    storage = await open_storage(url)
    try:
        yield storage
    finally:
        await storage.close()
