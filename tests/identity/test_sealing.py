from __future__ import annotations

import pytest

from identity.sealing import Sealer

SECRET = b"a secret of the tests, long enough for it"
SEALER = Sealer(SECRET, "second factor")


def test_sealed_text_opens_for_its_owner() -> None:
    sealed = SEALER.seal("maya", "JBSWY3DPEHPK3PXP")
    assert SEALER.open("maya", sealed) == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in sealed and sealed != SEALER.seal("maya", "JBSWY3DPEHPK3PXP")


def test_sealed_text_does_not_open_otherwise() -> None:
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
def test_unsealed_text_opens_to_none(text: str) -> None:
    assert SEALER.open("maya", text) is None
