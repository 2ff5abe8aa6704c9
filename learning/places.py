"""The place at which a person stopped in the videos of an article.

An article with several videos is a course in parts. A part that was watched to its end leads to the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PLACES_MAX = 200
"""Maximum number of articles in which the place of a person is kept. The oldest place goes first."""
LENGTH_MAX_S = 24 * 3_600
_END_S = 3
"""So many seconds before its end, a video counts as watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPlace:
    """`video` is the address of the video in which the person stopped: number `part` of `parts`, from 1. `at` is in ms
    since the epoch."""

    article: int
    video: str
    part: int
    parts: int
    seconds: int
    length: int
    at: int

    @property
    def time(self) -> str:
        """The place as players show it: `14:20`, `1:04:20`."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, rest = divmod(minutes, 60)
        return f"{hours}:{rest:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    @property
    def percent(self) -> int:
        """How much of the article's videos is behind the person. All parts count the same."""
        watched = self.seconds / self.length if self.length else 0
        return min(99, int((self.part - 1 + watched) * 100 / self.parts))


def place_after(
    article: int, videos: Sequence[str], video: str, seconds: int, length: int, now: int
) -> VideoPlace | None:
    """The place of a person who stopped in this video, which is one of `videos`. None after the last part."""
    # An article may show a video twice.
    videos = list(dict.fromkeys(videos))
    part, parts = videos.index(video) + 1, len(videos)
    if seconds + _END_S < length or length == 0:
        return VideoPlace(article=article, video=video, part=part, parts=parts, seconds=seconds, length=length, at=now)
    if part == parts:
        return None
    return VideoPlace(article=article, video=videos[part], part=part + 1, parts=parts, seconds=0, length=0, at=now)
