"""The part of `switchboard doctor` about rows that a newer version has stored, and that this program skips."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from alarms.adapters.store import SqlStore as SqlAlarms
from automations.adapters.store import SqlStore as SqlRules
from server.operations.doctor_store import is_usable
from server.operations.findings import Finding, warning
from server.settings import Settings
from storage.newer_rows import forget, met
from storage.opening import open_storage
from storage.ports import Tx
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.policy_store import SqlPolicies


def examine_newer_rows(settings: Settings) -> Iterator[Finding]:
    """Nothing if all rows can be read, or if the database cannot."""
    if not is_usable(settings):
        return
    forget()
    asyncio.run(_read(settings))
    for kind, id_ in met():
        said = f"a newer version stored the {kind} {id_}, and servers of this version skip it"
        yield warning("versions", said, "update all servers")


async def _read(settings: Settings) -> None:
    storage = await open_storage(settings.storage_url)
    try:
        await storage.read(_rows)
    finally:
        await storage.close()


def _rows(tx: Tx) -> None:
    SqlRules().rules(tx)
    SqlAlarms().destinations(tx)
    SqlCustomFields().custom_fields(tx)
    SqlPolicies().policies(tx)
