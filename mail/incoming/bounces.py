"""Reads bounces: mails in which a mail server says that it did not deliver a letter. Pure.

Each letter has its own bounce address, to which the bounces of the letter go. So the address identifies the letter. The
library flufl.bounce knows the formats of many mail servers, and reads what happened to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from mail.incoming.bounce_report import REASON_MAX, BounceReport
from mail.incoming.parsing import Incoming
from texts.visible import as_line

RAW_MAX = 256 * 1024
"""Maximum bytes of a mail that are read. The report in a bounce comes before the mail that the bounce returns."""
_IDS_MAX = 10
_TEXT_MAX = 200_000
_PARTS_MAX = 200
"""`_IDS_MAX`, `_TEXT_MAX`, `_PARTS_MAX`: the maximum number of Message-IDs, of characters in one part, and of parts
that are read."""

_FAILURES = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors that flufl.bounce can raise on a malformed mail. Such a mail is not treated as a bounce."""

_TO_BOUNCES = re.compile(r"bounce\+([a-z2-7]{26})@[^@\s]+", re.IGNORECASE)
_RETURNED_ID = re.compile(r"^[>\s]*message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)


def bounce_token(address: str) -> str | None:
    """The token in a bounce address, `bounce+TOKEN@…`. None for any other address."""
    found = _TO_BOUNCES.fullmatch(address.strip())
    return found[1].lower() if found is not None else None


def read_bounce(raw: bytes, mail: Incoming) -> BounceReport | None:
    """The report in a mail. None if the mail is no bounce, or was not readable. May take a while.

    Only three sorts of mail can be bounces: a mail to the bounce address of a letter, a mail without an envelope
    sender, and a delivery status. In any other mail, the text of a bounce may be a quote by a customer.
    """
    is_sent_back = not mail.envelope.sender or mail.report == "delivery-status"
    if not mail.readable or not (is_sent_back or bounce_token(mail.envelope.to)):
        return None
    return bounce_report(message_from_bytes(raw[:RAW_MAX]))


def bounce_report(message: Message) -> BounceReport | None:
    """The report in a mail that may be a bounce. None if the mail reports no failed or delayed delivery."""
    try:
        delayed, failed = all_failures(message)
    except _FAILURES:
        return None
    if not delayed and not failed:
        return None
    return BounceReport(
        addresses=tuple(sorted({address.decode("ascii", "replace").lower() for address in failed or delayed})),
        permanent=bool(failed),
        reason=_stated_reason(message),
        message_ids=_returned_ids(message),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a mail, including the parts of the mails that it returns. If the mail has no parts, the mail
    itself."""
    for count, part in enumerate(message.walk()):
        if count >= _PARTS_MAX:
            return
        if part is not message or not message.is_multipart():
            yield part


def _returned_ids(message: Message) -> tuple[str, ...]:
    """The Message-IDs in the headers of returned mails, and in texts that contain such headers."""
    found: dict[str, None] = {}
    for part in _parts(message):
        held = str(part.get("Message-ID", "")).strip() if part is not message else ""
        if held:
            found[held] = None
        if part.get_content_maintype() == "text":
            found |= dict.fromkeys(_RETURNED_ID.findall(_text(part)))
    return tuple(found)[:_IDS_MAX]


def _stated_reason(message: Message) -> str:
    """The first reason that the delivery status states for a recipient. Empty if it states none."""
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            said = _reason(block) if isinstance(block, Message) else ""
            if said:
                return said[:REASON_MAX]
    return ""


def _reason(block: Message) -> str:
    """The status and diagnostic in a block of a delivery status, such as `550 5.1.1 No such user`. Empty if the block
    is not about a recipient."""
    if "action" not in block:
        return ""
    code = _plain(str(block.get("status", "")))
    said = _plain(str(block.get("diagnostic-code", "")).partition(";")[2])
    return said if code in said else f"{code} {said}".strip()


def _plain(text: str) -> str:
    return " ".join(as_line(text).split())


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_TEXT_MAX].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
