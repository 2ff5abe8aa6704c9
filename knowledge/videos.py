"""Videos of other hosts in articles: a link to the video, and the address of its player.

A page loads nothing from these hosts until a reader asks for a video.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

PLAYERS = {"youtube.com": "https://www.youtube-nocookie.com", "vimeo.com": "https://player.vimeo.com"}
"""The origin of the player, by host."""

_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"})
_VIMEO = frozenset({"vimeo.com", "www.vimeo.com", "player.vimeo.com"})
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([^/]+)/?")
_VIMEO_PATH = re.compile(r"/(?:video/)?([0-9]{1,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
_VIMEO_HASH = re.compile(r"[0-9a-f]{6,20}")
_PLAYER = re.compile(
    r"https://www\.youtube-nocookie\.com/embed/[A-Za-z0-9_-]{6,20}"
    r"|https://player\.vimeo\.com/video/[0-9]{1,12}\?dnt=1(?:&h=[0-9a-f]{6,20})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Video:
    """`link` is the page of the video at `host`. `player` is the address of a frame that plays it."""

    host: str
    link: str
    player: str


def video_at(address: str) -> Video | None:
    """The video at an address. None if the address is not that of a video of a host in PLAYERS."""
    try:
        parts = urlsplit(address)
        name = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    asked = parse_qs(parts.query)
    if name == "youtu.be":
        return _youtube(parts.path.strip("/"))
    if name in _YOUTUBE:
        found = _YOUTUBE_PATH.fullmatch(parts.path)
        return _youtube(found[1] if found is not None else asked.get("v", [""])[0])
    if name in _VIMEO and (found := _VIMEO_PATH.fullmatch(parts.path)) is not None:
        return _vimeo(found[1], found[2] or asked.get("h", [""])[0])
    return None


def is_player(address: str) -> bool:
    """True if the address is one that `video_at` gives for a player."""
    return _PLAYER.fullmatch(address) is not None


def players_of(hosts: Collection[str]) -> list[str]:
    """The origins of the players of these hosts."""
    return [origin for host, origin in PLAYERS.items() if host in hosts]


def _youtube(id_: str) -> Video | None:
    if _YOUTUBE_ID.fullmatch(id_) is None:
        return None
    player = f"{PLAYERS['youtube.com']}/embed/{id_}"
    return Video("youtube.com", f"https://www.youtube.com/watch?v={id_}", player)


def _vimeo(id_: str, secret: str) -> Video:
    """`secret` is the part of the address of a video that is not listed."""
    known = secret if _VIMEO_HASH.fullmatch(secret) else ""
    link = f"https://vimeo.com/{id_}" + (f"/{known}" if known else "")
    player = f"{PLAYERS['vimeo.com']}/video/{id_}?dnt=1" + (f"&h={known}" if known else "")
    return Video("vimeo.com", link, player)
