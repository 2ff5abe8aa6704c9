"""Reads all that the desk needs to know about an email. Pure, and slow enough to be run on a thread."""

from __future__ import annotations

from dataclasses import dataclass

from mail.incoming.authentication import authentication_of
from mail.incoming.bounce_report import BounceReport
from mail.incoming.bounces import read_bounce
from mail.incoming.classifying import Automatic, automatic
from mail.incoming.html_text import text_of
from mail.incoming.parsing import Envelope, Incoming, parse
from mail.incoming.quoting import Cut, cut
from mail.incoming.result import Authentication


@dataclass(frozen=True, slots=True)
class Read:
    """An email, with what it says about its origin. `written`: its text, and what was cut off."""

    mail: Incoming
    authentication: Authentication
    bounce: BounceReport | None
    automatic: Automatic | None
    written: Cut


def read(raw: bytes, envelope: Envelope, authserv_id: str | None) -> Read:
    mail = parse(raw, envelope)
    return Read(
        mail=mail,
        authentication=authentication_of(mail, authserv_id),
        bounce=read_bounce(raw, mail),
        automatic=automatic(mail),
        written=cut(mail.text if mail.text.strip() else text_of(mail.html)),
    )
