"""`storage.opening`: an address becomes a storage."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.opening import is_sqlite, open_storage, sqlite_path
from storage.ports import Dialect
from tests.servers import database


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
async def test_an_address_is_opened(dialect: Dialect, tmp_path: Path) -> None:
    """An address of each kind opens the storage of that kind."""
    with database(dialect, tmp_path) as url:
        storage = await open_storage(url)
        assert storage.dialect == dialect
        assert await storage.read(lambda tx: tx.dialect) == dialect
        await storage.close()


def test_both_names_of_postgresql_are_known() -> None:
    """`postgres://` is as good as `postgresql://`."""
    assert not is_sqlite("postgres://host/name")
    assert not is_sqlite("postgresql://host/name")
    assert is_sqlite("sqlite:///name.db")


def test_a_path_may_be_relative_or_absolute() -> None:
    """Three slashes and a name, or four and the whole path."""
    assert sqlite_path("sqlite:///desk.db") == Path("desk.db")
    assert sqlite_path("sqlite:////var/desk.db") == Path("/var/desk.db")


@pytest.mark.parametrize("url", ["", "desk.db", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
async def test_anything_else_is_refused(url: str) -> None:
    """What names no database says how to write one."""
    with pytest.raises(ValueError, match="sqlite:///PATH"):
        await open_storage(url)
