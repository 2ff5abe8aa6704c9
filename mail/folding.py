"""Splits the headers of letters into lines that every mail server and mail program understands (RFC 5322, RFC 2047).

The policies of the standard library make encoded words that are too long, or lose the spaces between encoded words. So
this module encodes a whole subject or name if any part of it needs encoding.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import AddressHeader
from email.policy import SMTP, EmailPolicy

_WORD_LINE_MAX = 75
"""Maximum characters of a line with an encoded word. RFC 2047 allows 75 for the word, and 76 for the line."""
_WORD_MAX = 60
"""A subject with a longer word is encoded, so that lines can be broken within the word."""
_NAME_MAX = 60
"""A longer name is encoded. Without encoding, it would be broken within its quotation marks."""
_ON_ONE_LINE = SMTP.clone(max_line_length=500)
"""The policy for headers with identifiers. It keeps them on one line. RFC 5322 allows 998 characters in a line."""
_IDENTIFIERS = frozenset({"message-id", "in-reply-to", "references"})


class Folding(EmailPolicy):
    """The policy of letters. It differs from `email.policy.SMTP` only in how headers are split into lines."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _IDENTIFIERS:
            return str(_ON_ONE_LINE.fold(name, value))
        if name.lower() == "subject" and _needs_encoding(value):
            return f"{name}: {_encoded(value, name)}\r\n"
        if isinstance(value, AddressHeader) and len(value.addresses) == 1:
            (mailbox,) = value.addresses
            long = len(mailbox.display_name) > _NAME_MAX
            if (long or not mailbox.display_name.isascii()) and mailbox.addr_spec.isascii():
                return f"{name}: {_encoded(mailbox.display_name, name)}\r\n <{mailbox.addr_spec}>\r\n"
        return str(SMTP.fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _needs_encoding(text: str) -> bool:
    return not text.isascii() or max(map(len, text.split(" "))) > _WORD_MAX


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", maxlinelen=_WORD_LINE_MAX, header_name=name).encode(linesep="\r\n")


FOLDING = Folding(linesep="\r\n")
