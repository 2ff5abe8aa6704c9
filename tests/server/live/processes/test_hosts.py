"""Hosts of one desk: what a start forgets, and what it compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest

from chat.adapters import connected
from chat.adapters.connected import Connected
from server.live.processes import hosts
from server.live.processes.hosts import STARTING_MS, Compared, Found
from server.live.processes.leading import DISPATCHER
from server.settings import Settings, load
from storage.leases import claim
from storage.ports import Storage, Tx
from tests.running import HOURS

NOW, LEASE_MS = 1_800_000_000_000, 15_000
SECRET = "a secret of the tests, long enough for it"


def settings(data: Path, **given: str | Path) -> Settings:
    data.mkdir(exist_ok=True)
    return load(**{"data": data, "hours": HOURS, "secret": SECRET} | given)


def beside(data: Path, other: Path) -> Path:
    """A data folder that shares the files of another one."""
    (data / "mail").mkdir(parents=True)
    for folder in ("files", "mail/in"):
        (data / folder).symlink_to(other / folder)
    return data


async def started(storage: Storage, host: str, of: Settings, now: int = NOW) -> Compared:
    found = hosts.found(of)
    compared = await storage.write(partial(hosts.start, host=host, found=found, now=now))
    if not compared.faults:
        hosts.mark(found, compared.marker)
    return compared


def running(process: str, person: str) -> Callable[[Tx], None]:
    def unit(tx: Tx) -> None:
        claim(tx, connected.LEASE + process, process, NOW, LEASE_MS)
        connected.came(tx, process, [Connected(person, True, NOW)])

    return unit


async def test_start_forgets_the_processes_of_its_own_host_only(storage: Storage, tmp_path: Path) -> None:
    for process, person in (("a.1", "ada"), ("b.1", "ben")):
        await storage.write(running(process, person))
    assert await storage.write(lambda tx: claim(tx, DISPATCHER, "b.1", NOW, LEASE_MS))
    await started(storage, "a", settings(tmp_path / "a"))
    assert await storage.read(connected.known_processes) == {"b.1"}
    assert await storage.read(partial(connected.living, now=NOW, besides="")) == {"b.1"}
    assert not await storage.write(lambda tx: claim(tx, DISPATCHER, "a.2", NOW, LEASE_MS))
    await started(storage, "b", settings(tmp_path / "b"), NOW + STARTING_MS)
    assert await storage.write(lambda tx: claim(tx, DISPATCHER, "a.2", NOW, LEASE_MS))


async def test_host_with_the_same_settings_and_files_starts_beside_another(storage: Storage, tmp_path: Path) -> None:
    await started(storage, "a", settings(tmp_path / "a"))
    second = settings(beside(tmp_path / "b", tmp_path / "a"))
    compared = await started(storage, "b", second)
    assert (compared.faults, compared.warnings) == ([], [])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"secret": "another secret of the tests, long enough"}, "SWITCHBOARD_SECRET differs"),
        ({"identity_secret": "an identity secret that is long enough"}, "SWITCHBOARD_IDENTITY_SECRET differs"),
    ],
    ids=["secret", "identity secret"],
)
async def test_other_secrets_are_refused(storage: Storage, tmp_path: Path, given: Mapping[str, str], says: str) -> None:
    await started(storage, "a", settings(tmp_path / "a"))
    other = settings(beside(tmp_path / "b", tmp_path / "a"), **given)
    assert any(fault.startswith(says) for fault in (await started(storage, "b", other)).faults)
    # As soon as no other host runs, this one decides.
    assert not (await started(storage, "b", other, NOW + STARTING_MS)).faults


async def test_other_folders_are_refused_while_a_host_runs_and_reported_later(storage: Storage, tmp_path: Path) -> None:
    first, other = settings(tmp_path / "a"), settings(tmp_path / "b")
    await started(storage, "a", first)
    faults = (await started(storage, "b", other)).faults
    assert [fault.partition(" is not the folder")[0] for fault in faults] == [
        str(tmp_path / "b" / folder) for folder in ("files", "mail/in")
    ]
    assert not (tmp_path / "b" / "files").exists()
    alone = await started(storage, "b", other, NOW + STARTING_MS)
    assert (len(alone.faults), len(alone.warnings)) == (0, 2)
    assert (await started(storage, "a", first, NOW + STARTING_MS)).faults


async def test_single_process_and_other_hosts_do_not_start_beside_each_other(storage: Storage, tmp_path: Path) -> None:
    def single(host: str, now: int = NOW) -> Callable[[Tx], str | None]:
        return partial(hosts.start_single, host=host, now=now)

    assert await storage.write(single("a")) is None
    for fault in (
        *(await started(storage, "b", settings(tmp_path / "b"))).faults,
        await storage.write(single("b")),
        await storage.read(partial(hosts.beside_single, host="b", now=NOW)),
    ):
        assert fault is not None and fault.startswith("A single process serves this desk from another data folder")
    # The same host may start again, with one process or several.
    assert await storage.read(partial(hosts.beside_single, host="a", now=NOW)) is None
    assert await storage.write(single("a")) is None
    assert not (await started(storage, "a", settings(tmp_path / "a"))).faults
    beside_hosts = await storage.write(single("b"))
    assert beside_hosts is not None and "--workers 2" in beside_hosts
    assert await storage.write(single("b", NOW + STARTING_MS)) is None


async def test_other_hours_and_version_are_reported(storage: Storage, tmp_path: Path) -> None:
    await started(storage, "a", settings(tmp_path / "a"))
    hours = tmp_path / "hours.yaml"
    hours.write_bytes(HOURS.read_bytes() + b"# changed\n")
    other = settings(beside(tmp_path / "b", tmp_path / "a"), hours=hours)
    found = hosts.found(other)
    newer = Found({**found.equal, hosts.VERSION: "99.0"}, found.hours, found.markers)
    compared = await storage.read(partial(hosts.compare, found=newer, now=NOW))
    assert compared is None
    await storage.write(running("a.1", "ada"))
    compared = await storage.read(partial(hosts.compare, found=newer, now=NOW))
    assert compared is not None and not compared.faults
    assert [warning.split()[0] for warning in compared.warnings] == ["Another", "The"]
    await storage.write(partial(hosts.publish_hours, version=found.hours))
    compared = await storage.read(partial(hosts.compare, found=newer, now=NOW))
    assert compared is not None and len(compared.warnings) == 1


def test_id_of_a_host_is_made_once(tmp_path: Path) -> None:
    assert hosts.id_of(tmp_path) == hosts.id_of(tmp_path)


def test_copied_data_folder_is_another_host(tmp_path: Path) -> None:
    """A restart of either keeps its id."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    first = hosts.id_of(data)
    copytree(data, copy)
    assert hosts.known_id(copy) is None
    second = hosts.id_of(copy)
    assert second != first
    assert (hosts.id_of(data), hosts.id_of(copy)) == (first, second)
