"""Odd mails of other projects go through the desk: none stops it, and none loses a byte.

The mails of CPython's own tests are in `cpython-3.13.5-mails.tar.gz` with their licence (PSF), the bounces of
flufl.bounce in its archive (Apache License 2.0).
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import func, select

from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_tables import IncomingMailRow
from storage.ports import Tx
from tests.posting import posted_desk
from tests.running import ROOT, RunningDesk, SettableClock
from ticketing.adapters.tables import TicketRow

ARCHIVES = ROOT / "tests" / "mail" / "incoming"
MEDIA = "media@teams.example"
LATER_S = 601
"""After this time a sender may write again."""


def mails(archive: str) -> Mapping[str, bytes]:
    """The mails of an archive, by name."""
    found = {}
    with tarfile.open(ARCHIVES / archive) as opened:
        for member in opened:
            data = opened.extractfile(member) if not member.name.endswith("LICENSE") else None
            if data is not None:
                found[Path(member.name).name] = data.read()
    return found


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with posted_desk(tmp_path / "data", clock) as (started, _):
        yield started


async def received(desk: RunningDesk, clock: SettableClock, found: Mapping[str, bytes], sender: str) -> dict[str, str]:
    """Hand all mails over. Returns what became of each: its state, and its kind or the reason."""
    digests = {hashlib.sha256(raw).hexdigest(): name for name, raw in found.items()}
    for raw in found.values():
        await desk.desk.reception.store(raw, sender, [MEDIA])
        await desk.desk.reception.idle()
        clock.forward(LATER_S)

    def read(tx: Tx) -> dict[str, str]:
        rows = tx.session.exec(select(IncomingMailRow)).all()
        return {digests[row.digest]: f"{row.state} {row.reason or row.kind}" for row in rows}

    kept = FolderOfMails(folder_of(desk.settings.data))
    assert all(kept.read(digest) == found[name] for digest, name in digests.items())
    return await desk.desk.storage.read(read)


async def tickets(desk: RunningDesk) -> int:
    return await desk.desk.storage.read(lambda tx: tx.session.exec(select(func.count()).select_from(TicketRow)).one())


async def test_mails_of_cpython_are_all_taken_and_acted_on(desk: RunningDesk, clock: SettableClock) -> None:
    found = mails("cpython-3.13.5-mails.tar.gz")
    assert len(found) == 65
    became = await received(desk, clock, found, "sender@x.example")
    assert became.keys() == found.keys()
    assert {state.split()[0] for state in became.values()} == {"done", "suspended"}
    held = {"suspended no_sender", "suspended automatic"}
    assert set(became.values()) == {"done new", *held}, became
    opened = [name for name, state in became.items() if state == "done new"]
    assert opened and len(opened) >= await tickets(desk) > 0


async def test_bounces_of_flufl_open_no_ticket(desk: RunningDesk, clock: SettableClock) -> None:
    found = mails("flufl_bounce-6.0.0-bounces.tar.gz")
    bounces = {name: raw for name, raw in found.items() if name.endswith(".txt")}
    assert len(bounces) == 117
    became = await received(desk, clock, bounces, "")
    assert became.keys() == bounces.keys()
    assert await tickets(desk) == 0
