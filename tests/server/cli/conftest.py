"""Places to run the program in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.cli.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Place:
    return Place(tmp_path, forked=False)


@pytest.fixture(scope="module")
def with_ada(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where ada@desk.example is an agent and old@desk.example is disabled, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("ada"))
    place.add()
    place.add("old@desk.example")
    place.done("user", "disable", "--email", "old@desk.example")
    return place


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another program holds: a server that tries to listen on it says so."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])
