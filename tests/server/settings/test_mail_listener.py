from __future__ import annotations

import pytest

from server.settings.mail_listener import MailListener, mail_listener


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("lmtp://127.0.0.1:2424", MailListener("lmtp", "127.0.0.1", 2424)),
        ("smtp://[::1]:25", MailListener("smtp", "::1", 25)),
        ("lmtp://127.0.0.1", None),
        ("lmtp://127.0.0.1:99999", None),
        ("lmtp://user@127.0.0.1:24", None),
        ("lmtp://127.0.0.1:24/path", None),
        ("http://127.0.0.1:24", None),
        ("127.0.0.1:24", None),
    ],
)
def test_address_of_the_mail_port_is_read(text: str, listener: MailListener | None) -> None:
    assert mail_listener(text) == listener
