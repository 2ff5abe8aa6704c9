from __future__ import annotations

from identity.tokens import fingerprint, label, looks_like_cookie, looks_like_token, new_cookie, new_token, scopes_of


def test_secrets_are_random_and_distinguishable() -> None:
    """256 bits each. Only the first characters of a token are shown."""
    token, cookie = new_token(), new_cookie()
    assert looks_like_token(token) and not looks_like_token(cookie)
    assert looks_like_cookie(cookie) and not looks_like_cookie(token)
    assert len({new_token() for _ in range(100)}) == 100
    assert token.startswith(label(token)) and len(label(token)) == 9
    assert fingerprint(token) != fingerprint(cookie) and len(fingerprint(token)) == 64


def test_unknown_stored_scopes_are_ignored() -> None:
    assert scopes_of("read,export") == {"read", "export"}
    assert scopes_of("") == scopes_of("everything") == frozenset()
