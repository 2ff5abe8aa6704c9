from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from storage import facts
from storage.opening import open_storage
from storage.ports import Storage, Tx
from tests.servers import database


def _paint(value: str, tx: Tx) -> None:
    facts.put(tx, "colour", value)


async def test_put_replaces_the_value(storage: Storage) -> None:
    assert await storage.read(lambda tx: facts.get(tx, "colour")) is None
    for value in ("red", "blue"):
        await storage.write(partial(_paint, value))
        assert await storage.read(lambda tx: facts.get(tx, "colour")) == value


async def test_locked_fact_without_a_value_is_none_afterwards(storage: Storage) -> None:
    assert await storage.write(lambda tx: facts.locked(tx, "colour")) is None
    assert await storage.read(lambda tx: facts.get(tx, "colour")) is None


async def test_epoch_is_created_once(storage: Storage) -> None:
    epochs = await asyncio.gather(*(storage.write(facts.epoch) for _ in range(10)))
    assert len({*epochs, await storage.write(facts.epoch)}) == 1
    assert len(epochs[0]) == 32


async def test_renew_epoch_gives_another_epoch(storage: Storage) -> None:
    before = await storage.write(facts.epoch)
    await storage.write(facts.renew_epoch)
    after = await storage.write(facts.epoch)
    assert len(after) == 32
    assert after != before
    assert await storage.write(facts.epoch) == after


async def test_two_databases_have_different_epochs(tmp_path: Path) -> None:
    epochs = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with database("sqlite", tmp_path / name) as url:
            storage = await open_storage(url)
            epochs.add(await storage.write(facts.epoch))
            await storage.close()
    assert len(epochs) == 2
