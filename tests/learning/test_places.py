"""Where a person stopped in the videos of an article."""

from __future__ import annotations

import pytest

from learning.places import VideoPlace, place_after

VIDEOS = ("/a.webm", "/b.webm")


def test_place_inside_a_part_is_kept_with_its_part() -> None:
    place = place_after(7, VIDEOS, "/b.webm", 860, 1_200, 5)
    assert place == VideoPlace(article=7, video="/b.webm", part=2, parts=2, seconds=860, length=1_200, at=5)
    assert place.time == "14:20" and place.percent == 85


def test_watched_part_leads_to_the_next_one_and_the_last_to_none() -> None:
    place = place_after(7, VIDEOS, "/a.webm", 1_198, 1_200, 5)
    assert place is not None
    assert (place.video, place.part, place.seconds, place.percent) == ("/b.webm", 2, 0, 50)
    assert place_after(7, VIDEOS, "/b.webm", 1_200, 1_200, 5) is None


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (65, "1:05"), (3_860, "1:04:20")])
def test_place_is_written_as_players_show_it(seconds: int, shown: str) -> None:
    place = VideoPlace(article=1, video="/a", part=1, parts=1, seconds=seconds, length=9_000, at=0)
    assert place.time == shown
