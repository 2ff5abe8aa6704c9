from __future__ import annotations

from attachments.adapters.records import SqlRecords
from attachments.adapters.tables import FileRow
from attachments.file import File
from attachments.quotas import Usage
from storage.ports import Storage, Tx

files = SqlRecords()


def row(id_: str, at: int, *, uploader: str = "ana", network: str | None = "10.0.0.1", size: int = 10) -> File:
    return File(
        id=id_,
        uploader=uploader,
        network=network,
        name="plan.pdf",
        type="application/pdf",
        size=size,
        sha256="ab",
        created_at=at,
    )


async def added(storage: Storage, *rows: File) -> None:
    def unit(tx: Tx) -> None:
        for each in rows:
            files.add(tx, each)

    await storage.write(unit)


async def test_usage_is_counted_per_person_and_per_network(storage: Storage) -> None:
    """Number, bytes and first upload after a given time."""
    await added(storage, row("a", 10), row("b", 20, size=5), row("c", 30, uploader="ben"), row("d", 40, network=None))
    of_ana = await storage.read(lambda tx: files.usage_of_uploader(tx, "ana", 10))
    assert of_ana == Usage(count=2, size=15, first_at=20)
    there = await storage.read(lambda tx: files.usage_from_network(tx, "10.0.0.1", 0))
    assert there == Usage(count=3, size=25, first_at=10)
    nobody = await storage.read(lambda tx: files.usage_of_uploader(tx, "eve", 0))
    assert nobody == Usage(count=0, size=0, first_at=None)


async def test_removed_file_still_counts_toward_the_quota(storage: Storage) -> None:
    """Its name and digest are erased, and it cannot be found or locked. It counts until it is forgotten."""
    await added(storage, row("a", 10), row("b", 10))
    await storage.write(lambda tx: files.remove(tx, ["a"], 15))
    assert await storage.read(lambda tx: files.find(tx, "a")) is None
    assert await storage.write(lambda tx: set(files.locked(tx, ["a", "b", "c"]))) == {"b"}
    assert await storage.read(lambda tx: files.existing(tx, ["a", "b", "c"])) == {"b"}
    left = await storage.read(lambda tx: tx.session.get(FileRow, "a"))
    assert left is not None
    assert (left.name, left.sha256, left.removed_at) == ("", "", 15)
    assert (await storage.read(lambda tx: files.usage_of_uploader(tx, "ana", 0))).count == 2
    assert list(await storage.read(lambda tx: files.removed(tx, 9, 10))) == []
    assert list(await storage.read(lambda tx: files.removed(tx, 10, 10))) == ["a"]
    await storage.write(lambda tx: files.forget(tx, ["a"]))
    assert (await storage.read(lambda tx: files.usage_of_uploader(tx, "ana", 0))).count == 1


async def test_unused_files_are_the_unattached_ones(storage: Storage) -> None:
    await added(storage, row("a", 20), row("b", 10), row("c", 5), row("d", 30))
    await storage.write(lambda tx: files.attach(tx, ["c"], "chat:1", staff_only=True, now=6))
    attached = await storage.read(lambda tx: files.find(tx, "c"))
    assert attached is not None and (attached.holder, attached.staff_only) == ("chat:1", True)
    assert list(await storage.read(lambda tx: files.unused(tx, 20, 10))) == ["b", "a"]
    assert list(await storage.read(lambda tx: files.unused(tx, 20, 1))) == ["b"]
