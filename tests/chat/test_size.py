from __future__ import annotations

import pytest

from chat.size import RATING_ROOM, SIZE_MAX, check_room, check_room_for_rating, size_of
from refusals import Refused


@pytest.mark.parametrize("body", ["", "plain", "é", "\ufdfa", "\U0001f600", '{"text":"a\\u0001"}'])
def test_size_is_in_utf8_bytes(body: str) -> None:
    assert size_of(body) == len(body.encode())


def test_full_chat_accepts_only_a_rating() -> None:
    """The last byte below the limit is usable. Ratings have some extra space."""
    check_room("c1", SIZE_MAX - 1, SIZE_MAX)
    check_room_for_rating("c1", SIZE_MAX + RATING_ROOM - 1, SIZE_MAX)
    with pytest.raises(Refused) as full:
        check_room("c1", SIZE_MAX, SIZE_MAX)
    with pytest.raises(Refused) as rated:
        check_room_for_rating("c1", SIZE_MAX + RATING_ROOM, SIZE_MAX)
    assert full.value.facts == rated.value.facts == {"chat": "c1"}
    assert (full.value.code, rated.value.code) == ("too_large", "too_large")
    assert full.value.message == "This conversation is too long. End it and start a new one. Nothing is lost."
