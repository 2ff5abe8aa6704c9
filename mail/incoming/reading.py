"""Reads all that the desk needs to know about an email. Pure. May take a while, so call it in a thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mail.incoming.authentication import authentication_of
from mail.incoming.bounce_report import BounceReport
from mail.incoming.bounces import read_bounce
from mail.incoming.classifying import Automatic, automatic
from mail.incoming.html_text import text_of
from mail.incoming.parsing import Envelope, Incoming, parse
from mail.incoming.quote_headers import is_forward
from mail.incoming.quoting import Cut, cut, cut_signature
from mail.incoming.result import Authentication


@dataclass(frozen=True, slots=True)
class Read:
    """An email that was read. `whole`: its whole text.

    `written`: the new part of the text, and the quote and signature that were cut off.
    """

    mail: Incoming
    authentication: Authentication
    bounce: BounceReport | None
    automatic: Automatic | None
    written: Cut
    whole: str

    def uncut(self) -> Read:
        """A copy in which only the signature is cut off the text.

        A request needs this, because it can contain a forwarded mail, which looks like a quote.
        """
        return replace(self, written=cut_signature(self.whole))


def read(raw: bytes, envelope: Envelope, authserv_id: str | None) -> Read:
    mail = parse(raw, envelope)
    whole = "\n".join(text_of(text.content) if text.is_html else text.content for text in mail.texts).strip("\n")
    return Read(
        mail=mail,
        authentication=authentication_of(mail, authserv_id),
        bounce=read_bounce(raw, mail),
        automatic=automatic(mail),
        written=cut_signature(whole) if is_forward(mail.subject) else cut(whole),
        whole=whole,
    )
