"""What staff keep among themselves appears in no byte that a customer is sent: looked for in every desk of the suite.

A desk of the tests keeps what was said on it in confidence, and all that customers (or nobody) heard; both are compared
when it ends. `overhearing.py` tells it of both at the server's edge, `browser/chromium.py` at the browser's. Staff
addresses end in `STAFF_DOMAIN` in all tests.
"""

from __future__ import annotations

import base64
import html
import json
import re

STAFF_DOMAIN = "@desk.example"
KEYS = (
    *('"with":', '"external_ref":', '"history":', '"whisper":', '"duplicates":', '"priority":', '"tags":'),
    *('"snoozed_until":', '"type":"chat.watched"', '"type":"review.feedback"', '"mentions":', '"type":"inbox.changed"'),
)
"""Fields and events that only staff may see at all."""
REFUSAL = "content-type: application/problem+json"
"""An answer that names the fields of the request itself."""
SHORTEST = 6
"""Characters; a shorter text may stand in an answer by chance."""
_CONFIDED = {
    "note.add": ("text",),
    "chat.transfer": ("note",),
    "message.redact": ("reason",),
    "presence.set": ("reason",),
}
"""Fields of commands of staff that no customer may ever read."""
_JWT = re.compile(r"eyJ[\w-]+\.([\w-]+)\.[\w-]*")


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

    def staff_sent(self, frame: bytes | str) -> None:
        """A command of staff, as far as it is one."""
        command = _object_of(frame)
        kind = str(command.get("type"))
        for field, value in command.items():
            if not isinstance(value, str):
                continue
            if field in _CONFIDED.get(kind, ()):
                self.confide(value)
            else:
                self._said_openly.add(value)

    def staff_asked(self, path: str, body: bytes) -> None:
        """A request of staff, as far as it is JSON."""
        wanted = _object_of(body)
        if isinstance(reference := wanted.get("external_ref"), str):
            self.confide(reference)
        inner = [part for name in ("change", "actions") if isinstance(part := wanted.get(name), dict)]
        for tags in (part.get(field) for part in (wanted, *inner) for field in ("tags", "add_tags")):
            for tag in tags if isinstance(tags, list) else []:
                if isinstance(tag, str):
                    self.confide(tag)
        participants = wanted.get("participants")
        for participant in participants if isinstance(participants, list) else []:
            address = participant.get("email") if isinstance(participant, dict) else participant
            if isinstance(address, str):
                self.confide(address)
        if path.endswith("/redactions") and isinstance(reason := wanted.get("reason"), str):
            self.confide(reason)
        if path.endswith(("/review", "/review/answer")):
            for field in ("reason", "feedback", "text"):
                if isinstance(said := wanted.get(field), str):
                    self.confide(said)
        if path.startswith("/api/replies") and isinstance(texts := wanted.get("texts"), dict):
            for text in texts.values():
                if isinstance(text, str):
                    self.confide(text)
        if path.endswith("/replies") and isinstance(text := wanted.get("text"), str):
            (self.confide if wanted.get("public") is False else self._said_openly.add)(text)

    def customer_sent(self, text: str) -> None:
        """Whatever a customer says themself is no secret to them; nor what the site says that signed who they are."""
        self._said_openly.add(text)
        self._said_openly.update(_claims(part) for part in _JWT.findall(text))

    def customer_heard(self, text: str, where: str) -> None:
        """Bytes that went to a customer, or to nobody in particular."""
        self._heard.append((text, where))

    def leaks(self) -> list[str]:
        """Each secret that was heard, with where."""
        openly = "\0".join(self._said_openly)
        kept = [secret for secret in self._secrets if secret not in openly]
        # Each text for each secret would take seconds on a desk that said much. Next to nothing is found.
        whole = "\0".join(text for text, _ in self._heard)
        secrets = {form for secret in kept for form in _forms(secret)} | {STAFF_DOMAIN, *KEYS}
        found = [secret for secret in secrets if secret in whole]
        return [
            f"{secret!r} in {where}: {text[:300]}"
            for text, where in self._heard
            for secret in found
            if secret in text and not (secret in KEYS and REFUSAL in text)
        ]


def _object_of(text: bytes | str) -> dict[str, object]:
    """The JSON object that this is; an empty one where it is none, which tests send on purpose."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _claims(part: str) -> str:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except ValueError:
        return ""


def _forms(secret: str) -> set[str]:
    """A text as it may stand in a file, in JSON and in a page."""
    return {secret, json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret)[1:-1], html.escape(secret)}
