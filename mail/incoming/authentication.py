"""Proof that an email comes from the domain in its `From` header, as the trusted mail server found it. Pure.

The mail server writes its results into the header `Authentication-Results` (RFC 8601). Anybody can write such a header,
so only the topmost one with the configured name counts: the mail server adds its own above those that came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail.incoming.parsing import Incoming
from mail.incoming.result import Authentication

DETAIL_MAX = 500
_COMMENT = re.compile(r"\([^()]*\)")
_WORD = re.compile(r'([\w.-]+)\s*=\s*("[^"]*"|[^\s;]+)')
_FAILED = frozenset({"fail", "permerror", "policy"})
UNKNOWN = Authentication("none")


@dataclass(frozen=True, slots=True)
class _Method:
    name: str
    result: str
    properties: Mapping[str, str]


def authentication_of(mail: Incoming, authserv_id: str | None) -> Authentication:
    """The verdict of the mail server named `authserv_id`. Unknown if none is configured.

    DMARC decides. Without a result of DMARC, a valid DKIM signature or SPF of the sender's domain counts as a pass.
    """
    header = _trusted(mail, authserv_id) if authserv_id is not None else None
    if header is None or mail.sender is None:
        return UNKNOWN
    methods, domain = list(_methods(header)), mail.sender.rpartition("@")[2]
    detail = " ".join(header.split())[:DETAIL_MAX]
    dmarc = [method for method in methods if method.name == "dmarc"]
    if dmarc:
        passed = all(each.result == "pass" and each.properties.get("header.from") == domain for each in dmarc)
        failed = any(each.result in _FAILED for each in dmarc)
        if passed or failed:
            return Authentication("pass" if passed else "fail", detail)
    if any(method.result == "pass" and _is_aligned(_domain_of(method), domain) for method in methods):
        return Authentication("pass", detail)
    failed = any(method.result in _FAILED for method in methods if method.name in ("dkim", "spf"))
    return Authentication("fail" if failed else "none", detail)


def _trusted(mail: Incoming, authserv_id: str) -> str | None:
    for value in mail.all("authentication-results"):
        text = _without_comments(value)
        name, _, results = text.partition(";")
        if name.split()[:1] == [authserv_id] or name.strip().lower().split()[:1] == [authserv_id.lower()]:
            return results
    return None


def _without_comments(text: str) -> str:
    while (less := _COMMENT.sub(" ", text)) != text:
        text = less
    return text


def _methods(results: str) -> Iterator[_Method]:
    for part in results.split(";"):
        words = [(name.lower(), value.strip('"').lower()) for name, value in _WORD.findall(part)]
        if words:
            yield _Method(words[0][0], words[0][1], dict(reversed(words[1:])))


def _domain_of(method: _Method) -> str:
    """The domain for which a method stands. Empty if it stands for none."""
    if method.name == "dkim":
        return method.properties.get("header.d") or method.properties.get("header.i", "").rpartition("@")[2]
    return method.properties.get("smtp.mailfrom", "").rpartition("@")[2] if method.name == "spf" else ""


def _is_aligned(proven: str, domain: str) -> bool:
    """True if `proven` is the domain, or a domain above it. Never for a domain without a dot, such as `com`."""
    return "." in proven and (domain == proven or domain.endswith(f".{proven}"))
