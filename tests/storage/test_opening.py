from __future__ import annotations

from pathlib import Path

import pytest

from storage.opening import is_sqlite, open_storage, sqlite_path
from storage.ports import Dialect, Storage


async def test_address_opens_its_kind_of_storage(storage: Storage, dialect: Dialect) -> None:
    assert storage.dialect == dialect
    assert await storage.read(lambda tx: tx.dialect) == dialect


def test_both_postgresql_schemes_are_accepted() -> None:
    assert not is_sqlite("postgres://host/name")
    assert not is_sqlite("postgresql://host/name")
    assert is_sqlite("sqlite:///name.db")


def test_sqlite_path_is_relative_or_absolute() -> None:
    """Three slashes for a relative path, four for an absolute one."""
    assert sqlite_path("sqlite:///desk.db") == Path("desk.db")
    assert sqlite_path("sqlite:////var/desk.db") == Path("/var/desk.db")


@pytest.mark.parametrize("url", ["", "desk.db", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
async def test_bad_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///PATH"):
        await open_storage(url)
