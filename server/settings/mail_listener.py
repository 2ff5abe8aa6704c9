"""The network address at which the desk accepts mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class MailListener:
    """A port on which the desk accepts mail. With LMTP, a mail is accepted or refused separately for each recipient."""

    protocol: Literal["lmtp", "smtp"]
    host: str
    port: int


def mail_listener(text: str) -> MailListener | None:
    """The listener that a text like `lmtp://127.0.0.1:2424` describes. None if the text is malformed."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    if port is None or not parts.hostname or any(rest):
        return None
    if parts.scheme == "lmtp":
        return MailListener("lmtp", parts.hostname, port)
    return MailListener("smtp", parts.hostname, port) if parts.scheme == "smtp" else None
