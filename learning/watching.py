"""The places at which people stop in videos. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from learning.library import Library
from learning.places import PLACES_MAX, VideoPlace, place_after
from learning.ports import Places, Tx
from refusals import Refused


class Watching:
    def __init__(self, places: Places, library: Library) -> None:
        self._places = places
        self._library = library

    def places(self, tx: Tx, persons: Collection[str]) -> Mapping[int, VideoPlace]:
        """The places of a person by article. `persons` are the ids of the person."""
        return self._places.of(tx, persons) if persons else {}

    def keep(
        self,
        tx: Tx,
        person: str,
        persons: Collection[str],
        article: int,
        videos: Sequence[str],
        video: str,
        seconds: int,
        length: int,
        now: int,
    ) -> VideoPlace | None:
        """Keep where a person stopped in one of the videos of an article. After the last video, the resources that lead
        to the article are finished, and None is returned.

        Raises Refused(not_found) if the article has no such video.
        """
        if video not in videos:
            raise Refused("not_found", "There is no such video in this article.")
        place = place_after(article, videos, video, min(seconds, length), length, now)
        if place is None:
            self._places.remove(tx, persons, [article])
            for one in self._library.catalogue(tx).published:
                if one.article == article:
                    self._library.finish(tx, person, persons, f"resource:{one.source}", done=True, now=now)
            return None
        self._places.put(tx, person, place)
        kept = self._places.of(tx, [person])
        if len(kept) > PLACES_MAX:
            self._places.remove(tx, [person], list(kept)[: len(kept) - PLACES_MAX])
        return place
