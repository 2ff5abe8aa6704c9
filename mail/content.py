"""The rendered text of a letter, and the email made from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mail.folding import FOLDING
from texts.visible import as_line

SUBJECT_MAX = 250
MARK_CID = "mark@switchboard"
"""The Content-ID of the picture `Content.mark`, which the HTML part shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A rendered letter. `html` shows the picture `mark` (PNG) as `cid:` MARK_CID, unless `mark` is empty."""

    from_name: str
    from_address: str
    subject: str
    text: str
    html: str
    mark: bytes = b""
    files: tuple[tuple[str, str, bytes], ...] = field(default=())
    """Attachments: name, media type, bytes."""
    unsubscribe: str = ""
    """The URL that stops such letters, without signing in. Empty for letters that are no subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers of a letter that do not depend on its text."""

    message_id: str
    to: str
    references: tuple[str, ...] = ()
    reply_to: str | None = None


def email_of(content: Content, headers: Headers, now: int) -> EmailMessage:
    """The letter as an email. Names and subjects are reduced to one line, so they cannot add headers."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(content.from_name, content.from_address)
    message["To"] = _mailbox("", headers.to)
    message["Subject"] = _line(content.subject)[:SUBJECT_MAX]
    message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    message["Message-ID"] = headers.message_id
    if headers.references:
        message["In-Reply-To"] = headers.references[-1]
        message["References"] = " ".join(headers.references)
    if headers.reply_to is not None:
        message["Reply-To"] = _mailbox(content.from_name, headers.reply_to)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if content.unsubscribe:
        # Mail programs send a POST to the URL when their user presses "Unsubscribe" (RFC 8058).
        message["List-Unsubscribe"] = f"<{content.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    if content.mark:
        html = message.get_body(("html",))
        assert html is not None
        html.add_related(content.mark, "image", "png", cid=f"<{MARK_CID}>", disposition="inline", filename="mark.png")
    for name, media_type, data in content.files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(data, main, sub, filename=name)
    message.policy = FOLDING
    return message


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(_line(name), local, domain)


def _line(text: str) -> str:
    # A text that looks like an encoded word would be decoded, and could then contain a line break.
    return as_line(text).replace("=?", "= ?")
