"""Reads an email that came in. Pure. Never raises, whatever the bytes are."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from itertools import islice

from mail.incoming.body import Attached, Body, Text, parts
from mail.incoming.headers import (
    HEADER_MAX,
    HEADERS_MAX,
    ID,
    headers_of,
    or_,
    parameter,
    recipients_of,
    references_of,
    sender_of,
    unfolded,
)
from texts.visible import as_line

SIZE_MAX = 25 * 1024 * 1024
"""Maximum bytes of an email."""
LINES_MAX, HEAD_MAX, SEPARATORS_MAX, BOUNDARIES_MAX = 600_000, 256 * 1024, 2_000, 60
"""Maximum number of lines, of bytes in the header, of lines that begin with `--`, and of words `boundary`.

If an email exceeds a limit, only its header is read. This bounds the time for reading an email. The words are counted
only if more than BOUNDARIES_MAX lines begin with `--`."""
SUBJECT_MAX = 200
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP sender of a mail, and one of its SMTP recipients. `sender` is empty for a bounce."""

    sender: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An email that came in.

    - `sender`: the only address in `From`, in lower case. None if there is none, or more than one.
    - `message_id`: if the email has none, it is made from the bytes of the email.
    - `references`: the Message-IDs of the emails that this one answers, the nearest first.
    """

    envelope: Envelope
    sender: str | None
    name: str | None
    subject: str
    message_id: str
    references: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    """The addresses in `To` and `Cc`, in lower case."""
    type: str = "text/plain"
    report: str | None = None
    """The type of a report, such as `delivery-status`. None if the email is no report."""
    calendar: str | None = None
    """The method of the first calendar part, in lower case, such as `reply`. None if there is no such part."""
    texts: tuple[Text, ...] = ()
    """The texts to be read, in the order of the email. HTML is left out if a plain text is its alternative."""
    files: tuple[Attached, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Names and values, in the order of the email. The names are in lower case."""
    results: tuple[str, ...] = ()
    """The values of the headers `Authentication-Results`, the topmost first. Each is on one line, and not decoded."""
    readable: bool = True
    """False if the email exceeds a limit such as LINES_MAX, so that only its header was read."""

    def header(self, name: str) -> str | None:
        """The value of the first header with this name. `name` is in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        """The values of all headers with this name, the topmost first. `name` is in lower case."""
        return [value for key, value in self.headers if key == name]


def parse(raw: bytes, envelope: Envelope) -> Incoming:
    """The email in `raw`."""
    readable = _is_readable(raw)
    reader = BytesParser if readable else BytesHeaderParser
    message = or_(lambda: reader(policy=compat32).parsebytes(raw if readable else raw[:HEAD_MAX]), Message())
    headers = tuple(headers_of(message))

    def values(name: str) -> list[str]:
        return [value for key, value in headers if key == name]

    sent = [(str(name).lower(), str(value)[: HEADER_MAX + 1]) for name, value in message.raw_items()][:HEADERS_MAX]
    name, sender = sender_of([value for key, value in sent if key == "from"])
    own_id = next((found[0] for value in values("message-id") if (found := ID.search(value))), None)
    body = Body()
    for part, branch in parts(message) if readable else ():
        body.take(part, branch)
    return Incoming(
        envelope=envelope,
        sender=sender,
        name=name,
        subject=as_line(" ".join(values("subject")[:1]))[:SUBJECT_MAX],
        message_id=own_id or f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>",
        references=references_of(values("in-reply-to"), values("references")),
        recipients=recipients_of([value for key, value in sent if key in ("to", "cc")]),
        type=unfolded(or_(message.get_content_type, "text/plain")),
        report=parameter(message, "report-type"),
        calendar=body.calendar,
        texts=body.best(),
        files=tuple(body.files),
        headers=headers,
        results=tuple(unfolded(value) for key, value in sent if key == "authentication-results"),
        readable=readable,
    )


def _is_readable(raw: bytes) -> bool:
    """False if reading the parts would take long."""
    head = next((end for mark in (b"\r\n\r\n", b"\n\n") if (end := raw.find(mark, 0, HEAD_MAX)) >= 0), -1)
    separators = raw.count(b"\n--")
    if (head < 0 and len(raw) > HEAD_MAX) or raw.count(b"\n") > LINES_MAX or separators > SEPARATORS_MAX:
        return False
    return separators <= BOUNDARIES_MAX or sum(1 for _ in islice(_BOUNDARY.finditer(raw), 99)) <= BOUNDARIES_MAX
