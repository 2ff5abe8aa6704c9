"""The part of `switchboard doctor` about how long the desk keeps personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from server.live.personal_data.kinds import Kept
from server.live.personal_data.retention import stored
from server.operations.doctor_store import is_up_to_date
from server.operations.findings import Finding, fine
from server.settings import Settings
from storage.opening import open_storage


def examine_retention(settings: Settings) -> Iterator[Finding]:
    """The days of each kind, if the database can be read."""
    if not is_up_to_date(settings):
        return
    kept = asyncio.run(_read(settings))
    limited = [f"{kind} {days:,} days" for kind, days in kept.days.items() if days is not None]
    ever = [kind for kind, days in kept.days.items() if days is None]
    said = [*limited, *([f"for ever: {', '.join(ever)}"] if ever else [])]
    yield fine("retention", f"{'; '.join(said)} (set on /admin/retention)")


async def _read(settings: Settings) -> Kept:
    storage = await open_storage(settings.storage_url)
    try:
        return await storage.read(stored)
    finally:
        await storage.close()
