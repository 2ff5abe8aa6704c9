"""Reads the headers of an email that came in. Pure. Never raises, whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from email.message import Message
from itertools import islice
from typing import TypeVar

from texts.addresses import email_address, normal_email
from texts.visible import as_line

T = TypeVar("T")

HEADER_MAX, HEADERS_MAX = 4_000, 500
"""Maximum characters of one header, and maximum number of headers, that are read."""
NAME_MAX, IDS_MAX = 200, 50
RECIPIENTS_MAX, RECIPIENT_HEADERS_MAX = 50, 20
ID = re.compile(r"<[^<>\s]{1,400}>")
SURROGATES = re.compile("[\ud800-\udfff]")
_REGISTRY = HeaderRegistry()


def headers_of(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message.raw_items())[:HEADERS_MAX]:
        yield str(name).lower()[:80], decoded(str(value)[:HEADER_MAX])


def decoded(value: str) -> str:
    """The text of a header on one line. Encoded words are decoded. Surrogates are replaced."""
    return unfolded(or_(lambda: str(make_header(decode_header(value))), value))


def unfolded(value: str) -> str:
    try:
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        text = SURROGATES.sub("\ufffd", value)
    return re.sub(r"[\0\r\n]+\s*", " ", text).strip()


def parameter(message: Message, name: str) -> str | None:
    value = or_(lambda: message.get_param(name), None)
    return unfolded(value.lower()[:80]) if isinstance(value, str) and value else None


def _addresses(value: str) -> Sequence[Address]:
    """The addresses in a header. `value` is not decoded yet, so that an encoded word cannot become an address."""

    def read() -> Sequence[Address]:
        header: object = _REGISTRY("to", unfolded(value))
        return tuple(header.addresses) if isinstance(header, AddressHeader) else ()

    return or_(read, ())


def references_of(answered: Sequence[str], thread: Sequence[str]) -> tuple[str, ...]:
    ids = [*(id_ for value in answered for id_ in ID.findall(value))]
    ids += reversed([id_ for value in thread for id_ in ID.findall(value)])
    return tuple(dict.fromkeys(ids))[:IDS_MAX]


def recipients_of(headers: Sequence[str]) -> tuple[str, ...]:
    found = (address.addr_spec for value in headers[:RECIPIENT_HEADERS_MAX] for address in _addresses(value))
    return tuple(islice((normal_email(unfolded(each)) for each in found if "@" in each), RECIPIENTS_MAX))


def sender_of(headers: Sequence[str]) -> tuple[str | None, str | None]:
    """The name and the address of the sender. Both are None unless there is exactly one `From`, with one valid
    address."""
    found = _addresses(headers[0]) if len(headers) == 1 else ()
    known = email_address(found[0].addr_spec) if len(found) == 1 else None
    if known is None:
        return None, None
    return as_line(unfolded(found[0].display_name))[:NAME_MAX] or None, unfolded(known.lower())


def or_(read: Callable[[], T], otherwise: T) -> T:
    """The result of `read`, or `otherwise` if the email is so malformed that Python's parser fails."""
    try:
        return read()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return otherwise
