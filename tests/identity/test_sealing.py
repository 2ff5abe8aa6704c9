"""Secrets that are kept sealed."""

from __future__ import annotations

import pytest

from identity.sealing import Sealer

SECRET = b"a secret of the tests, long enough for it"
SEALER = Sealer(SECRET, "second factor")


def test_what_is_sealed_can_be_had_back() -> None:
    """By who knows SECRET, for the one it was sealed for; it is not readable as it stands, nor the same twice."""
    sealed = SEALER.seal("maya", "JBSWY3DPEHPK3PXP")
    assert SEALER.open("maya", sealed) == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in sealed and sealed != SEALER.seal("maya", "JBSWY3DPEHPK3PXP")


def test_nobody_else_opens_it() -> None:
    """Not for another owner, under another SECRET, for another purpose, or changed."""
    sealed = SEALER.seal("maya", "JBSWY3DPEHPK3PXP")
    assert SEALER.open("ben", sealed) is None
    assert Sealer(b"another secret of the tests, long enough", "second factor").open("maya", sealed) is None
    assert Sealer(SECRET, "something else").open("maya", sealed) is None
    head, key, nonce, text, tag = sealed.split(".")
    other = SEALER.seal("ben", "JBSWY3DPEHPK3PXP").split(".")
    assert SEALER.open("maya", ".".join([head, key, nonce, text, other[4]])) is None
    assert SEALER.open("maya", ".".join([head, key, *other[2:]])) is None
    assert tag


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d.e", "....", "\0", "é"])
def test_text_that_was_never_sealed_is_nothing(text: str) -> None:
    """Whatever stands in the database, there is an answer."""
    assert SEALER.open("maya", text) is None
