"""The part of `switchboard doctor` about several hosts of one desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from clock import system_clock
from routing.errors import DeskFaults
from server.live.processes import hosts
from server.operations.findings import Finding, bad, fine, warning
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import StorageUnavailable


def examine_hosts(settings: Settings) -> Iterator[Finding]:
    """Compare this host with those that run. On SQLite, or if no host runs, nothing is checked."""
    if settings.embedded:
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


async def _compared(settings: Settings) -> tuple[str | None, hosts.Compared | None]:
    found, host, now = hosts.found(settings), hosts.known_id(settings.data), system_clock()
    storage = await open_storage(settings.storage_url)
    try:
        single = await storage.read(partial(hosts.beside_single, host=host, now=now))
        return single, await storage.read(partial(hosts.compare, found=found, now=now))
    finally:
        await storage.close()
