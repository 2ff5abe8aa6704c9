"""An upgrade, host by host: two hosts of one desk behind a proxy, one of them with the version before."""

from __future__ import annotations

import asyncio
import io
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from chat.adapters import connected
from storage.ports import Storage
from tests.faults.load import at_work
from tests.faults.server import free_port
from tests.faults.test_hosts import share
from tests.faults.workers import Workers
from tests.running import DEADLINE_S, Frame, enrol
from tests.server.cli.place import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.scaled, pytest.mark.processes]

HAPROXY = """
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 1s
listen desk
  bind 127.0.0.1:{port}
  balance roundrobin
  default-server check inter 200ms fall 2 rise 1 on-marked-down shutdown-sessions
  server older 127.0.0.1:{older}
  server newer 127.0.0.1:{newer}
"""
VERSIONS = "migrations/versions"
COUNTED_S = 240.0
"""The longest time until reports have a ticket, on a busy machine."""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The program as it was before the newest migration, or before the newest few if they came together. A clone
    without that history has only this version: then both hosts run the same."""
    program = tmp_path / "program"
    with tarfile.open(fileobj=io.BytesIO(_git("archive", next(_older_commits(), "HEAD")))) as archive:
        archive.extractall(program, filter="data")
    return program


def _older_commits() -> Iterator[str]:
    """The commits before a change of the migrations that have the first of today's migrations, newest first. A commit
    whose migrations got other numbers later is none of them."""
    today = sorted(path.name for path in (ROOT / VERSIONS).glob("[0-9]*.py"))
    for changed in _git("log", "--format=%H", "--", VERSIONS).decode().split():
        words = ["git", "ls-tree", "--name-only", f"{changed}^:{VERSIONS}"]
        listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=False).stdout.decode().split()
        names = sorted(name for name in listed if name[0].isdigit())
        if names and names != today and names == today[: len(names)]:
            yield f"{changed}^"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


@contextmanager
def divided(folder: Path, older: int, newer: int) -> Iterator[int]:
    """The port of a proxy in front of both."""
    port, config = free_port(), folder / "haproxy.cfg"
    config.write_text(HAPROXY.format(port=port, older=older, newer=newer))
    with subprocess.Popen(["haproxy", "-db", "-f", str(config)], stdout=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


@pytest.mark.timeout(600)
async def test_host_of_the_version_before_serves_beside_this_one_until_it_ends(
    tmp_path: Path, database_url: str, storage: Storage, older: Path
) -> None:
    """Chats go on between people of both versions, and when the older one ends. Both show the same reports."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first = Workers(
        tmp_path / "first" / "data", free_port(), database_url, count=2, settings={"PYTHONPATH": str(older)}
    )
    second = Workers(tmp_path / "second" / "data", free_port(), database_url, count=2)
    try:
        await first.start()
        share(tmp_path / "second", tmp_path / "first")
        await second.start()
        with divided(tmp_path, first.port, second.port) as port:
            async with at_work(storage, port, customers=6, agents=3, repeats=0.3, patience_s=5.0) as load:
                await _until_both_have_people(storage)
                await load.written(60)
                await _both_show_targets(storage, first.port, second.port)
                assert await first.end(signal.SIGTERM) == 0
                await load.written(60)
                assert await load.end(storage) == []
    finally:
        first.close()
        second.close()


async def _until_both_have_people(storage: Storage) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while len({id_.partition(".")[0] for id_ in await storage.read(connected.known_processes)}) < 2:
            await asyncio.sleep(0.05)


async def _both_show_targets(storage: Storage, older: int, newer: int) -> None:
    """What the newer program counts, the older one can read: `/reports` adds up counters that both have stored."""
    admin, agent, supervisor = [
        (await enrol(storage, f"{role}@desk.example", role.title(), role, teams))[1]
        for role, teams in (("admin", ()), ("agent", ("media",)), ("supervisor", ("media",)))
    ]

    async def call(port: int, token: str, method: str, path: str, body: Frame | None = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=COUNTED_S) as http:
            return (await http.request(method, path, json=body)).raise_for_status()

    await call(newer, admin, "POST", "/api/sla-policies", {"name": "All", "resolution": 600})
    wanted: Frame = {"team": "media", "text": "It fails", "requester": {"name": "Ana"}}
    number = (await call(newer, agent, "POST", "/api/tickets", wanted)).json()["number"]
    solved: Frame = {"status": "solved", "resolution": "set_up"}
    await call(newer, agent, "PATCH", f"/api/tickets/{number}", solved)
    # Reports end yesterday unless told otherwise.
    today = datetime.now(UTC).date()
    days = urlencode({"from": today - timedelta(days=1), "to": today + timedelta(days=2)})
    async with asyncio.timeout(COUNTED_S):
        for port in (newer, older):
            while True:
                levels = (await call(port, supervisor, "GET", f"/api/reports/overview?{days}")).json()["figures"]
                if levels["service_levels"]["resolution"]["met"] == 1:
                    break
                await asyncio.sleep(0.5)
            assert "Service levels" in (await call(port, supervisor, "GET", "/reports")).text
