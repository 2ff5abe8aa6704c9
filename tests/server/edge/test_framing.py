"""The parser of the installed `websockets`, and one that does not fit."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from websockets.server import ServerProtocol

from server.edge.framing import check_parser


def test_the_installed_parser_fits() -> None:
    check_parser()


def test_a_parser_that_never_asks_before_a_frame_is_refused() -> None:
    class Other(ServerProtocol):
        def parse(self) -> Generator[None, None, None]:
            while True:
                yield

    with pytest.raises(RuntimeError, match=r"websockets .* does not work"):
        check_parser(Other)
