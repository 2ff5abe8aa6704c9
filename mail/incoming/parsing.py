"""Reads an email that came in. Pure. Never raises, whatever the bytes are."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from itertools import islice
from typing import TypeVar

from texts.addresses import email_address, normal_email
from texts.visible import as_line

T = TypeVar("T")

SIZE_MAX = 25 * 1024 * 1024
"""Maximum bytes of an email."""
DEPTH_MAX, PARTS_MAX = 50, 200
"""Maximum depth of parts, and maximum number of parts, that are read. The stored email keeps the other parts."""
LINES_MAX, HEAD_MAX, SEPARATORS_MAX, BOUNDARIES_MAX = 600_000, 256 * 1024, 2_000, 60
"""Maximum number of lines, of bytes in the header, of lines that begin with `--`, and of words `boundary`.

If an email exceeds a limit, only its header is read. This bounds the time for reading an email. The words are counted
only if more than BOUNDARIES_MAX lines begin with `--`."""
TEXT_MAX = 256 * 1024
"""Maximum characters that are read of all plain texts together, and of all HTML texts together."""
HEADER_MAX, HEADERS_MAX = 4_000, 500
"""Maximum characters of one header, and maximum number of headers, that are read."""
SUBJECT_MAX, NAME_MAX, IDS_MAX = 200, 200, 50
RECIPIENTS_MAX, RECIPIENT_HEADERS_MAX = 50, 20
_ID = re.compile(r"<[^<>\s]{1,400}>")
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)
_HEADERS = HeaderRegistry()
_TEXTS = ("text/plain", "text/html", "text/calendar")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CODECS = re.compile(
    r"utf-8|utf-16(-[bl]e)?|utf-32(-[bl]e)?|ascii|iso8859-\d+|cp\d{3,4}|koi8-[rut]|mac-\w+|tis-620|ptcp154|kz1048"
    r"|gb2312|gbk|gb18030|hz|big5(hkscs)?|shift_jis(x0213|_2004)?|euc_(jp|kr|jis_2004|jisx0213)|iso2022_\w+|johab"
)
"""Names of the Python codecs that may decode a text. Other codecs are slow, or produce strange characters."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP sender of a mail, and one of its SMTP recipients. `sender` is empty for a bounce."""

    sender: str
    to: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A part of an email that is kept as a file."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Text:
    content: str
    is_html: bool = False


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
    message = _or(lambda: reader(policy=compat32).parsebytes(raw if readable else raw[:HEAD_MAX]), Message())
    headers = tuple(_headers(message))

    def values(name: str) -> list[str]:
        return [value for key, value in headers if key == name]

    sent = [(str(name).lower(), str(value)[: HEADER_MAX + 1]) for name, value in message.raw_items()][:HEADERS_MAX]
    name, sender = _sender([value for key, value in sent if key == "from"])
    own_id = next((found[0] for value in values("message-id") if (found := _ID.search(value))), None)
    body = _Body()
    for part, branch in _parts(message) if readable else ():
        body.take(part, branch)
    return Incoming(
        envelope=envelope,
        sender=sender,
        name=name,
        subject=as_line(" ".join(values("subject")[:1]))[:SUBJECT_MAX],
        message_id=own_id or f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>",
        references=_references(values("in-reply-to"), values("references")),
        recipients=_recipients([value for key, value in sent if key in ("to", "cc")]),
        type=_unfolded(_or(message.get_content_type, "text/plain")),
        report=_parameter(message, "report-type"),
        calendar=body.calendar,
        texts=body.best(),
        files=tuple(body.files),
        headers=headers,
        results=tuple(_unfolded(value) for key, value in sent if key == "authentication-results"),
        readable=readable,
    )


def _is_readable(raw: bytes) -> bool:
    """False if reading the parts would take long."""
    head = next((end for mark in (b"\r\n\r\n", b"\n\n") if (end := raw.find(mark, 0, HEAD_MAX)) >= 0), -1)
    separators = raw.count(b"\n--")
    if (head < 0 and len(raw) > HEAD_MAX) or raw.count(b"\n") > LINES_MAX or separators > SEPARATORS_MAX:
        return False
    return separators <= BOUNDARIES_MAX or sum(1 for _ in islice(_BOUNDARY.finditer(raw), 99)) <= BOUNDARIES_MAX


def _recipients(headers: Sequence[str]) -> tuple[str, ...]:
    found = (address.addr_spec for value in headers[:RECIPIENT_HEADERS_MAX] for address in _addresses(value))
    return tuple(islice((normal_email(_unfolded(each)) for each in found if "@" in each), RECIPIENTS_MAX))


def _sender(headers: Sequence[str]) -> tuple[str | None, str | None]:
    """The name and the address of the sender. Both are None unless there is one `From` with one valid address."""
    found = _addresses(headers[0]) if len(headers) == 1 else ()
    known = email_address(found[0].addr_spec) if len(found) == 1 else None
    if known is None:
        return None, None
    return as_line(_unfolded(found[0].display_name))[:NAME_MAX] or None, _unfolded(known.lower())


Branch = tuple[int, int]
"""An alternative: the number of a `multipart/alternative`, and the number of the alternative in it."""


class _Body:
    """Sorts the parts of an email into texts and files."""

    def __init__(self) -> None:
        self._texts: list[tuple[Text, Branch | None]] = []
        self._left = {False: TEXT_MAX, True: TEXT_MAX}
        self.files: list[Attached] = []
        self.calendar: str | None = None

    def take(self, part: Message, branch: Branch | None) -> None:
        type_ = _unfolded(_or(part.get_content_type, "application/octet-stream"))
        name = as_line(_decoded(str(_or(part.get_filename, None) or "")))
        attached = _or(part.get_content_disposition, None) == "attachment" or bool(name)
        if type_ == "text/calendar" and self.calendar is None:
            self.calendar = _parameter(part, "method") or "publish"
        if type_ in _TEXTS and not attached:
            if type_ != "text/calendar":
                self._take_text(part, branch, is_html=type_ == "text/html")
            return
        content = _content(part)
        if content:
            self.files.append(Attached(name or _name_for(type_), type_, content))

    def _take_text(self, part: Message, branch: Branch | None, *, is_html: bool) -> None:
        if self._left[is_html] > 0 and (content := _text(part, self._left[is_html])):
            self._left[is_html] -= len(content)
            self._texts.append((Text(content, is_html), branch))

    def best(self) -> tuple[Text, ...]:
        """The texts, without each HTML text that has a plain text as its alternative."""
        plain = {branch for text, branch in self._texts if branch and not text.is_html and text.content.strip()}
        alternatives: dict[int, set[int]] = {}
        for group, which in plain:
            alternatives.setdefault(group, set()).add(which)
        return tuple(
            text
            for text, branch in self._texts
            if not (text.is_html and branch and alternatives.get(branch[0], set()) - {branch[1]})
        )


def _parts(message: Message) -> Iterator[tuple[Message, Branch | None]]:
    """The parts that are not containers of other parts, in order. An attached email counts as one part."""
    waiting: list[tuple[Message, int, Branch | None]] = [(message, 0, None)]
    left = PARTS_MAX
    while waiting and left:
        part, depth, branch = waiting.pop()
        left -= 1
        payload = part.get_payload()
        if not isinstance(payload, list) or part.get_content_maintype() != "multipart":
            yield part, branch
        elif depth < DEPTH_MAX:
            begins = branch is None and part.get_content_subtype() == "alternative"
            inner = [
                (each, depth + 1, (left, place) if begins else branch)
                for place, each in enumerate(payload[:PARTS_MAX])
                if isinstance(each, Message)
            ]
            waiting += reversed(inner)


def _content(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(_or(each.as_bytes, b"") for each in payload if not isinstance(each, str))
    decoded: object = _or(lambda: part.get_payload(decode=True), None)
    return decoded if isinstance(decoded, bytes) else b""


def _text(part: Message, length: int) -> str:
    content = _content(part)[: 4 * length]
    charset = str(_or(part.get_content_charset, None) or "utf-8")
    for name in (charset, "utf-8"):
        try:
            if _CODECS.fullmatch(codecs.lookup(name).name):
                text = content.decode(name)
                break
        except (LookupError, ValueError):
            continue
    else:
        text = content.decode("latin-1")
    text = _SURROGATES.sub("\ufffd", text)
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")[:length]


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message.raw_items())[:HEADERS_MAX]:
        yield str(name).lower()[:80], _decoded(str(value)[:HEADER_MAX])


def _decoded(value: str) -> str:
    """The text of a header on one line. Encoded words are decoded. Surrogates are replaced."""
    return _unfolded(_or(lambda: str(make_header(decode_header(value))), value))


def _unfolded(value: str) -> str:
    try:
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        text = _SURROGATES.sub("\ufffd", value)
    return re.sub(r"[\0\r\n]+\s*", " ", text).strip()


def _parameter(message: Message, name: str) -> str | None:
    value = _or(lambda: message.get_param(name), None)
    return _unfolded(value.lower()[:80]) if isinstance(value, str) and value else None


def _addresses(value: str) -> Sequence[Address]:
    """The addresses in a header. `value` is not decoded yet, so that an encoded word cannot become an address."""

    def read() -> Sequence[Address]:
        header: object = _HEADERS("to", _unfolded(value))
        return tuple(header.addresses) if isinstance(header, AddressHeader) else ()

    return _or(read, ())


def _references(answered: Sequence[str], thread: Sequence[str]) -> tuple[str, ...]:
    ids = [*(id_ for value in answered for id_ in _ID.findall(value))]
    ids += reversed([id_ for value in thread for id_ in _ID.findall(value)])
    return tuple(dict.fromkeys(ids))[:IDS_MAX]


def _name_for(type_: str) -> str:
    if type_ == "message/rfc822":
        return "email.eml"
    return "calendar.ics" if type_ == "text/calendar" else "attachment"


def _or(read: Callable[[], T], otherwise: T) -> T:
    """The result of `read`. `otherwise`, if the email is so malformed that Python's parser fails."""
    try:
        return read()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return otherwise
