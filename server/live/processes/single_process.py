"""The lease of a process that serves a desk on PostgreSQL alone. Other hosts see that it runs, and do not start."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import structlog

from clock import Clock
from server.settings import Settings
from storage.leases import claim, now_of, release
from storage.ports import Storage, StorageUnavailable, Tx

SINGLE = "single_process"
"""The job of the lease. Its holder is the id of the host."""
LEASE_MS = 15_000
BEAT_S = 3.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def single_process(
    settings: Settings, storage: Storage, clock: Clock, beat_s: float = BEAT_S
) -> AsyncIterator[None]:
    """Renew the lease during the `async with` block, if this is the only process of a host with an id."""
    if settings.processes > 1 or not settings.host:
        yield
        return

    def claimed(tx: Tx) -> bool:
        return claim(tx, SINGLE, settings.host, now_of(tx, clock), LEASE_MS)

    renewing = asyncio.create_task(_renew(storage, claimed, beat_s))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.wait([renewing])
        with suppress(StorageUnavailable):
            await storage.write(partial(release, job=SINGLE, holder=settings.host))


async def _renew(storage: Storage, claimed: Callable[[Tx], bool], beat_s: float) -> None:
    """End this process if another one has got the lease, after this one could not renew it for a while."""
    while True:
        try:
            if not await storage.write(claimed):
                log.error("another_server_runs")
                os.kill(os.getpid(), signal.SIGTERM)
                return
        except StorageUnavailable:
            log.warning("lease_postponed")
        except Exception:
            log.exception("lease_failed")
        await asyncio.sleep(beat_s)
