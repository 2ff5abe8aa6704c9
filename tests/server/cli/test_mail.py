"""`switchboard mail`, as people run it."""

from __future__ import annotations

from tests.server.cli.place import Place


def test_queue_is_empty_on_a_new_desk(place: Place) -> None:
    assert place.done("mail", "queue").strip() == "No letter waits, and none has failed."


def test_unknown_letter_is_refused_in_one_sentence(place: Place) -> None:
    assert "There is no letter 7." in "".join(place.refused("mail", "send", "7"))
