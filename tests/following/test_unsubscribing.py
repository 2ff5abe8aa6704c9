from __future__ import annotations

from collections.abc import Callable

import pytest

from following.unsubscribing import FOLLOWS_MAX, UnsubscribeTokens

TOKENS = UnsubscribeTokens(b"s" * 32)


def test_token_names_the_follows_it_was_made_for() -> None:
    assert TOKENS.follows(TOKENS.of([12, 7, 12])) == [12, 7]


def test_token_names_no_more_follows_than_it_may() -> None:
    named = TOKENS.follows(TOKENS.of(range(1, FOLLOWS_MAX + 10)))
    assert named == list(range(1, FOLLOWS_MAX + 1))


FORGERIES: dict[str, Callable[[str], str]] = {
    "another follow": lambda token: token.replace("12", "13", 1),
    "one follow more": lambda token: token.replace("12", "12.13", 1),
    "too short": lambda token: token[:-1],
    "too long": lambda token: token + "A",
    "not signed": lambda token: token.partition("-")[0],
    "other digits": lambda token: "\u0661\u0662-" + token.partition("-")[2],
    "another secret": lambda token: UnsubscribeTokens(b"t" * 32).of([12]),
    "nothing": lambda token: "",
    "too many follows": lambda token: "1." * 60 + token,
}


@pytest.mark.parametrize("how", FORGERIES)
def test_forged_token_names_no_follow(how: str) -> None:
    assert TOKENS.follows(FORGERIES[how](TOKENS.of([12]))) == []
