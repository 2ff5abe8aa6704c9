"""URLs of the web pages that visitors come from."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

HOST_MAX = 512
"""Maximum characters of user, host and port in a page's address."""
PAGE_MAX = 2_000
"""Maximum characters of a page's address that are kept."""


def without_query(address: str | None) -> str | None:
    """The http or https URL of a page without credentials, query and fragment, cut to PAGE_MAX characters.

    None if `address` is no such URL, or if its host is longer than HOST_MAX or not written in ASCII.
    """
    host = (address or "").partition("://")[2][: HOST_MAX + 1].partition("/")[0].partition("?")[0].partition("#")[0]
    # Browsers write hosts in ASCII. `urlsplit` normalizes others, and takes a second for a run of combining marks.
    if address is None or len(host) > HOST_MAX or not host.isascii():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))[:PAGE_MAX]
