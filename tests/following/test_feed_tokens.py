from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from following.feed_tokens import ID_BYTES, FeedTokens

TOKENS = FeedTokens(b"s" * 32)
FEED = "A" * 22


def test_token_names_the_feed_it_was_made_for() -> None:
    feed = secrets.token_urlsafe(ID_BYTES)
    assert TOKENS.feed(TOKENS.of(feed)) == feed


FORGERIES: dict[str, Callable[[str], str]] = {
    "another feed": lambda token: f"B{token[1:]}",
    "not signed": lambda token: token.partition(".")[0],
    "too short": lambda token: token[:-1],
    "too long": lambda token: f"{token}A",
    "another secret": lambda token: FeedTokens(b"t" * 32).of(FEED),
    "nothing": lambda token: "",
}


@pytest.mark.parametrize("how", FORGERIES)
def test_forged_token_names_no_feed(how: str) -> None:
    assert TOKENS.feed(FORGERIES[how](TOKENS.of(FEED))) is None
