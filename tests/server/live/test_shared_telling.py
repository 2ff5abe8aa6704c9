"""News that reaches the connections of other processes."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from chat.adapters.hub import Hub
from chat.frames.ephemeral import Ephemeral, QueuePosition, ReviewFeedback, TypingEvent
from chat.frames.floor import Alarm
from chat.frames.people import Sender
from server.live.shared_telling import SharedTelling
from server.live.wakes import Wakes

CUSTOMER = Sender("customer", "ann", None)
TYPING = TypingEvent(chat="c1", from_=CUSTOMER, on=True)


class Place:
    """Two processes: what one shares, the other gets at once."""

    def __init__(self) -> None:
        self.keys = list[str]()
        self.here, self.there = Mock(spec=Hub), Mock(spec=Hub)
        wakes = Wakes()
        wakes.connect(self._publish)
        self.telling = SharedTelling(self.here, wakes)
        self._other = SharedTelling(self.there, Wakes())

    def _publish(self, kind: str, id_: str, seq: int = 0, news: str = "") -> None:
        assert (kind, seq) == ("news", 0)
        self.keys.append(id_)
        self._other.pass_on(news)


def test_news_for_followers_reaches_them_in_both_processes() -> None:
    place = Place()
    place.telling.to_followers("c1", TYPING, besides="ann", to_customer=False)
    for hub in (place.here, place.there):
        hub.news.assert_called_once_with("c1", TYPING, besides="ann", to_staff=True, to_customer=False)


@pytest.mark.parametrize(("text", "there"), [("I am", "I am"), ('"' * 2_000, None)], ids=["short", "too long"])
def test_text_that_somebody_types_reaches_the_other_process_if_it_fits(text: str, there: str | None) -> None:
    """That somebody types is told in any case."""
    place = Place()
    place.telling.to_followers("c1", TypingEvent(chat="c1", from_=CUSTOMER, on=True, preview=text), to_customer=False)
    assert place.here.news.call_args.args[1].preview == text
    assert place.there.news.call_args.args[1].preview == there


def test_newer_news_about_the_same_thing_has_the_same_key() -> None:
    place = Place()
    for on in (True, False):
        place.telling.to_followers("c1", TypingEvent(chat="c1", from_=CUSTOMER, on=on))
    place.telling.to_followers("c2", TypingEvent(chat="c2", from_=CUSTOMER, on=True))
    assert place.keys[0] == place.keys[1] != place.keys[2]


def test_alarm_goes_to_the_supervisors_of_its_team_in_both_processes() -> None:
    place, alarm = Place(), Alarm(kind="unstaffed", team="media", since="2025-11-25T00:00:00.000Z")
    supervisor, stranger = (
        Mock(actor=Mock(role="supervisor", sees=lambda team, own=own: team == own)) for own in ("media", "prod")
    )
    place.there.staff_here.return_value = [supervisor, stranger]
    place.here.staff_here.return_value = []
    place.telling.to_supervisors("media", alarm, "unstaffed", "media", "")
    supervisor.tell.assert_called_once_with(alarm, ("Alarm", "unstaffed", "media", ""))
    stranger.tell.assert_not_called()
    place.telling.to_supervisors("media", alarm, "unstaffed", "media", "", only="somebody else")
    supervisor.tell.assert_called_once()


def test_feedback_reaches_the_agents_connections_in_both_processes() -> None:
    place, feedback = Place(), ReviewFeedback(ticket=7)
    place.here.peers_of.return_value, connection = [], Mock(staff=True)
    place.there.peers_of.return_value = [connection]
    place.telling.to_person("priya", feedback)
    place.there.peers_of.assert_called_once_with("priya")
    connection.tell.assert_called_once_with(feedback, ("ReviewFeedback",))


@pytest.mark.parametrize("event", [QueuePosition(chat="c1", position=1, wait_s=None)])
def test_news_that_each_process_tells_itself_is_not_shared(event: Ephemeral) -> None:
    place = Place()
    place.telling.to_followers("c1", event)
    place.here.news.assert_called_once()
    place.there.news.assert_not_called()


def test_text_that_is_no_news_is_ignored() -> None:
    hub = Mock(spec=Hub)
    SharedTelling(hub, Wakes()).pass_on('["followers","c1",{"type":"bye"}]')
    hub.news.assert_not_called()
