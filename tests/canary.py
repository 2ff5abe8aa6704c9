"""What staff keep among themselves appears in no byte that a customer is sent: looked for in every desk of the suite.

A desk of the tests keeps what was said on it in confidence, and all that customers (or nobody) heard; both are compared
when it ends. Staff addresses end in `STAFF_DOMAIN` in all tests.
"""

from __future__ import annotations

import json
from typing import Any

STAFF_DOMAIN = "@desk.example"
KEYS = ('"with":', '"external_ref":', '"history":', '"whisper":', '"duplicates":')
"""Fields that only staff may see at all."""
SHORTEST = 6
"""Characters; a shorter text may stand in an answer by chance."""
_CONFIDED = {"note.add": ("text",), "chat.transfer": ("note",), "message.redact": ("reason",)}
"""Fields of commands of staff that no customer may ever read."""


class Canary:
    """The secrets of one desk, and what its customers heard."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._said_openly: set[str] = set()
        self._heard: list[tuple[str, str]] = []

    def confide(self, text: str) -> None:
        """Something that no customer may read."""
        if len(text.strip()) >= SHORTEST:
            self._secrets.add(text)

    def staff_sent(self, frame: dict[str, Any]) -> None:
        """A command of staff."""
        kind = frame.get("type")
        for field, value in frame.items():
            if not isinstance(value, str):
                continue
            if field in _CONFIDED.get(str(kind), ()):
                self.confide(value)
            else:
                self._said_openly.add(value)

    def staff_asked(self, path: str, body: bytes) -> None:
        """A request of staff, as far as it is JSON."""
        try:
            wanted = json.loads(body) if body else {}
        except (ValueError, RecursionError):
            return
        if not isinstance(wanted, dict):
            return
        if isinstance(reference := wanted.get("external_ref"), str):
            self.confide(reference)
        if path.endswith("/replies") and isinstance(text := wanted.get("text"), str):
            (self.confide if wanted.get("public") is False else self._said_openly.add)(text)

    def customer_sent(self, text: str) -> None:
        """Whatever a customer says themself is no secret to them."""
        self._said_openly.add(text)

    def customer_heard(self, text: str, where: str) -> None:
        """Bytes that went to a customer, or to nobody in particular."""
        self._heard.append((text, where))

    def leaks(self) -> list[str]:
        """Each secret that was heard, with where."""
        secrets = {
            json.dumps(secret, ensure_ascii=False)[1:-1]
            for secret in self._secrets
            if not any(secret in said for said in self._said_openly)
        } | {STAFF_DOMAIN, *KEYS}
        return [
            f"{secret!r} in {where}: {text[:300]}"
            for text, where in self._heard
            for secret in secrets
            if secret in text
        ]
