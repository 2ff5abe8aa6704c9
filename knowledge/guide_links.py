"""Addresses of a Zendesk Guide help center, such as `/hc/en-us/articles/123-Dates-overlap`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

Kind: TypeAlias = Literal["articles", "sections", "categories", "article_attachments", "requests", "home"]
SOURCES = "zendesk"
"""Articles from an export have the sources `zendesk/ID`."""
_PATH = re.compile(
    r"/hc(?:/(?P<locale>[a-z]{2}(?:-[a-z0-9]{2,8})*))?"
    r"(?:/(?P<kind>articles|sections|categories|article_attachments)/(?P<id>[1-9][0-9]{0,17})(?:[-/].*)?"
    r"|/(?P<requests>requests)(?:/(?P<new>new))?)?/?",
    re.IGNORECASE,
)
_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class Address:
    """`id` is 0 for requests and the start page. `new` is True for the form of a new request."""

    kind: Kind
    id: int = 0
    locale: str = ""
    new: bool = False


def address_of(link: str, hosts: Collection[str] = ()) -> Address | None:
    """What a link leads to. None if it leads out of the help center at these hosts. Without a host, it stays in it."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if (parts.netloc and parts.netloc.lower() not in hosts) or parts.scheme not in ("", "http", "https"):
        return None
    found = _PATH.fullmatch(parts.path)
    if found is None:
        return None
    locale = (found["locale"] or "").lower()
    if found["kind"]:
        return Address(_KINDS[found["kind"].lower()], int(found["id"]), locale)
    if found["requests"]:
        return Address("requests", locale=locale, new=bool(found["new"]))
    return Address("home", locale=locale)


def source_of(id_: int) -> str:
    """The source of an imported article."""
    return f"{SOURCES}/{id_}"
