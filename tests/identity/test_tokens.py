"""Bearer tokens and cookies."""

from __future__ import annotations

from identity.tokens import fingerprint, label, looks_like_cookie, looks_like_token, new_cookie, new_token, scopes_of


def test_secrets_are_long_and_never_the_same() -> None:
    """256 bits each, told apart by their shape, and shown by no more than their first characters."""
    token, cookie = new_token(), new_cookie()
    assert looks_like_token(token) and not looks_like_token(cookie)
    assert looks_like_cookie(cookie) and not looks_like_cookie(token)
    assert len({new_token() for _ in range(100)}) == 100
    assert token.startswith(label(token)) and len(label(token)) == 9
    assert fingerprint(token) != fingerprint(cookie) and len(fingerprint(token)) == 64


def test_scopes_that_nobody_knows_are_none() -> None:
    """What is stored is read strictly."""
    assert scopes_of("read,export") == {"read", "export"}
    assert scopes_of("") == scopes_of("everything") == frozenset()
