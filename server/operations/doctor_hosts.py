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
    """Compare this host with those that run. Nothing is checked on SQLite, or if no host runs."""
    if settings.embedded:
        return
    try:
        compared = asyncio.run(_compared(settings))
    except (StorageUnavailable, DeskFaults):
        return
    if compared is None:
        return
    for said, finding in ((compared.faults, bad), (compared.warnings, warning)):
        for sentence in said:
            found, _, mend = sentence.rstrip(".").partition(": ")
            yield finding("hosts", found, mend)
    if not compared.faults and not compared.warnings:
        yield fine("hosts", "secrets, files, hours and version are those of the hosts that run")


async def _compared(settings: Settings) -> hosts.Compared | None:
    found = hosts.found(settings)
    storage = await open_storage(settings.storage_url)
    try:
        return await storage.read(partial(hosts.compare, found=found, now=system_clock()))
    finally:
        await storage.close()
