"""The text of messages about alarms."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from alarms.destination import KINDS, AlarmKind, Raised
from alarms.notice import LINES_MAX, WORDS, notice_of, slack_message, teams_message
from chat.frames import fields

NOW = 1_764_000_000_000
FLOOR = "https://desk.example/floor"
HOSTILE = "Media <!channel> & <https://evil.example|x> [y](https://evil.example)"


def raised(kind: AlarmKind = "queue", minutes: int = 0) -> Raised:
    return Raised(kind, "media", NOW - minutes * 60_000)


def name_of(team: str) -> str:
    return {"media": HOSTILE}[team]


def test_kinds_are_those_of_the_floor() -> None:
    assert set(KINDS) == set(get_args(fields.AlarmKind)) == WORDS.keys()


@pytest.mark.parametrize(
    ("minutes", "age"), [(0, "just now"), (4, "for 4 min"), (65, "for 1 h 5 min"), (-1, "just now")]
)
def test_line_has_the_team_the_kind_and_the_age(minutes: int, age: str) -> None:
    notice = notice_of([raised(minutes=minutes)], lambda key: key, FLOOR, NOW)
    assert list(notice.lines) == [f"media: a wait in the queue is over the target, {age}"]
    assert (notice.title, notice.url) == ("1 alarm", FLOOR)


@pytest.mark.parametrize("kind", ["first_reply", "next_reply"])
def test_line_about_a_response_says_by_how_long_it_is_overdue(kind: AlarmKind) -> None:
    notice = notice_of([raised(kind, 65)], lambda key: key, FLOOR, NOW)
    assert list(notice.lines) == [f"media: {WORDS[kind]}, by 1 h 5 min"]


def test_many_alarms_are_counted_after_the_first_ones() -> None:
    notice = notice_of([raised()] * (LINES_MAX + 5), name_of, FLOOR, NOW)
    assert (len(notice.lines), notice.lines[-1], notice.title) == (LINES_MAX + 1, "and 5 more alarms", "15 alarms")


def test_name_of_a_team_makes_no_link_and_no_mention() -> None:
    """In Slack it is escaped. In Teams it is a run of text, which is not read as Markdown."""
    notice = notice_of([raised()], name_of, FLOOR, NOW)
    text = json.loads(slack_message(notice))["text"]
    assert "<!channel>" not in text and "<https://evil.example" not in text and f"<{FLOOR}|Open the floor>" in text
    (card,) = json.loads(teams_message(notice))["attachments"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    content = card["content"]
    assert {block["type"] for block in content["body"]} == {"RichTextBlock"}
    assert HOSTILE in content["body"][1]["inlines"][0]["text"]
    assert [action["url"] for action in content["actions"]] == [FLOOR]
