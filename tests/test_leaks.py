from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.leaks import left_open


class Circle:
    """Holds something, and itself: only a collection of garbage lets go of it."""

    def __init__(self, held: object) -> None:
        self.held = held
        self.itself = self


def a_socket() -> socket.socket:
    return socket.socket()


def a_process() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)


@pytest.mark.parametrize(("opened", "said"), [(a_socket, "unclosed <socket"), (a_process, "is still running")])
def test_unclosed_socket_or_process_is_reported(opened: Callable[[], object], said: str) -> None:
    """A socket that was not closed and a process that was not awaited, each held only by itself."""
    Circle(opened())
    assert any(said in complaint for complaint in left_open())
    assert left_open() == []


def test_closed_resource_is_not_reported() -> None:
    with a_socket() as closed:
        Circle(closed)
    with a_process() as ended:
        ended.communicate(b"\n")
        Circle(ended)
    assert left_open() == []
