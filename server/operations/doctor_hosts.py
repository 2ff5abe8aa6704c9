"""The part of `switchboard doctor` about several hosts of one desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from clock import system_clock
from routing.errors import DeskFaults
from server.live.processes import hosts
from server.operations.doctor_store import is_usable
from server.operations.findings import Finding, bad, fine, warning
from server.settings import Settings
from storage.leases import now_of
from storage.opening import open_storage
from storage.ports import StorageUnavailable, Tx


def examine_hosts(settings: Settings) -> Iterator[Finding]:
    """Compare this host with those that run. On SQLite, or if no host runs, nothing is checked."""
    if settings.embedded or not is_usable(settings):
        return
    try:
        single, compared = asyncio.run(_compared(settings))
    except (StorageUnavailable, DeskFaults):
        return
    if single is not None:
        found, _, mend = single.rstrip(".").partition(": ")
        yield bad("hosts", found, mend)
    if compared is None:
        return
    for said, finding in ((compared.faults, bad), (compared.warnings, warning)):
        for sentence in said:
            found, _, mend = sentence.rstrip(".").partition(": ")
            yield finding("hosts", found, mend)
    if not compared.faults and not compared.warnings:
        yield fine("hosts", "secrets, files, hours and version are those of the hosts that run")


def _read(tx: Tx, host: str | None, found: hosts.Found) -> tuple[str | None, hosts.Compared | None]:
    now = now_of(tx, system_clock)
    return hosts.beside_single(tx, host, now), hosts.compare(tx, found, now)


async def _compared(settings: Settings) -> tuple[str | None, hosts.Compared | None]:
    found, host = hosts.found(settings), hosts.known_id(settings.data)
    storage = await open_storage(settings.storage_url)
    try:
        return await storage.read(partial(_read, host=host, found=found))
    finally:
        await storage.close()
