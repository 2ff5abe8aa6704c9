from __future__ import annotations

from unittest.mock import Mock, call

import pytest

from bus.wakes import Wake
from chat.events import Logged
from server.live.processes.other_commits import OtherCommits
from server.live.wakes import CARRIED_MAX, Wakes

EVENT = Logged("c1", 7, 6, False, "2026-01-05T10:00:00.000Z", '{"type":"message","text":"Hi"}', "v1", "1")


def heard(wake: Wake, *, own: bool = False) -> list[object]:
    """What the hub is told about a wake-up."""
    hub = Mock()
    others = OtherCommits(Mock(), hub, *(Mock() for _ in range(11)))
    others.receive([wake], own)
    return list(hub.mock_calls)


def sent(event: Logged) -> Wake:
    """The wake-up of an event."""
    given = list[Wake]()
    wakes = Wakes()
    wakes.connect(lambda kind, id_, seq=0, news="": given.append(Wake(kind, id_, seq, news)))
    wakes.logged(event)
    return given[0]


def test_message_of_another_process_is_delivered_from_its_wake_up() -> None:
    assert heard(sent(EVENT)) == [call.deliver(EVENT, None), call.heard_of("c1", 7)]


def test_message_of_this_process_is_not_delivered_again() -> None:
    assert heard(sent(EVENT), own=True) == []


@pytest.mark.parametrize(
    "wake",
    [
        sent(Logged("c1", 7, 6, False, EVENT.at, "x" * (CARRIED_MAX + 1))),
        Wake("log", "c1", 7),
        Wake("log", "c1", 7, "no event"),
    ],
    ids=["long", "of an older version", "broken"],
)
def test_message_that_the_wake_up_does_not_have_is_read(wake: Wake) -> None:
    assert heard(wake) == [call.heard_of("c1", 7)]
