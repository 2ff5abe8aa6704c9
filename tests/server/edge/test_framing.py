"""The parser of the installed `websockets`, and one that does not fit."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from websockets.server import ServerProtocol

from server.edge.framing import check_parser


def test_installed_parser_is_compatible() -> None:
    check_parser()


def test_incompatible_parser_is_refused() -> None:
    class Other(ServerProtocol):
        def parse(self) -> Generator[None, None, None]:
            while True:
                yield

    with pytest.raises(RuntimeError, match=r"websockets .* does not work"):
        check_parser(Other)
