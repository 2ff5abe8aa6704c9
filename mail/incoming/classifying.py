"""Recognizes automatic emails, and emails that this desk sent itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mail.incoming.parsing import Incoming
from texts.visible import shows_something

FROM_ONE_SENDER_MAX, FROM_ONE_SENDER_MS = 10, 10 * 60_000
"""Maximum number of emails from one sender within a time, and this time in ms. Further emails are treated as a loop."""

_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_DAEMONS = frozenset({"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon"})
_ROBOTS = re.compile(r"(?:no-?reply|do-?not-?reply|autoreply|auto-?responder)(?:[+.-].*)?")
_LISTS = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-vacation",
    "x-out-of-office-reply",
    "x-mailer-autoreply",
    "x-loop",
)
_ANSWERS = frozenset({"reply", "counter", "declinecounter", "refresh"})
"""Calendar methods of mails that programs send by themselves. With other methods, a person may have written a text."""
_SUBJECTS = re.compile(
    r"\W*(?:auto(?:matic|matique|matische|m[aá]tica|matisch)?[ -]?(?:reply|response|antwort|r[ée]ponse)"
    r"|out of (?:the )?office|abwesenheits|r[ée]ponse automatique|absence du bureau|respuesta autom[aá]tica"
    r"|risposta automatica|automatisch antwoord|fuera de la oficina)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Automatic:
    """The reason why an email is recognized as automatic. `mark`: the header or the part of the email that shows
    this."""

    mark: str


def automatic(mail: Incoming) -> Automatic | None:
    """The mark of an automatic email. None if a person seems to have written the email.

    Automatic emails are, for example, acknowledgements, absence notes, mails of mailing lists and answers to
    invitations.
    """
    submitted = (mail.header("auto-submitted") or "no").split(";")[0].strip().lower()
    if submitted != "no":
        return Automatic(f"Auto-Submitted: {submitted[:40]}")
    precedence = (mail.header("precedence") or "").strip().lower()
    if precedence in _BULK:
        return Automatic(f"Precedence: {precedence}")
    for name in (*_MARKS, *_LISTS):
        if mail.header(name) is not None:
            return Automatic(name.title())
    if mail.calendar in _ANSWERS or (mail.calendar not in (None, "publish") and not _has_text(mail)):
        return Automatic(f"Calendar: {mail.calendar}")
    if mail.report is not None or mail.type == "multipart/report":
        return Automatic(f"Report: {mail.report}")
    if mail.sender is not None and _ROBOTS.fullmatch(mail.sender.partition("@")[0]):
        return Automatic("From")
    if is_from_daemon(mail):
        return Automatic("From")
    if _SUBJECTS.match(mail.subject) and any(name.startswith("x-auto") for name, _ in mail.headers):
        return Automatic("Subject")
    return None if mail.envelope.sender else Automatic("Return-Path")


def _has_text(mail: Incoming) -> bool:
    return any(shows_something(text.content) for text in mail.texts)


def is_from_daemon(mail: Incoming) -> bool:
    return mail.sender is not None and mail.sender.partition("@")[0] in _DAEMONS


def is_our_own(mail: Incoming, own_addresses: Collection[str], *, own_id: bool) -> bool:
    """True if this desk seems to have sent the email itself. `own_id`: the desk made the Message-ID of the email."""
    return own_id or (mail.sender is not None and mail.sender in own_addresses)
