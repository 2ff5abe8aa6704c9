from __future__ import annotations

from alarms.notice import Notice
from widgets.letters.alarms import alarm_letter
from widgets.letters.html import html_text
from widgets.letters.plain import plain_text
from widgets.letters.words import Words

FLOOR = "https://desk.example/floor"


def test_letter_of_several_alarms_has_each_line_and_the_link_to_the_floor() -> None:
    lines = ["<b>Media</b>: nobody is available, for 3 min", "Finance: a next response is overdue, just now"]
    written = alarm_letter(Notice("2 alarms", lines, FLOOR), "Northlake", "desk.example", Words(None))
    assert written.subject == f"2 alarms, first: {lines[0]}"
    said = " ".join(plain_text(written).split())
    assert all(line in said for line in lines) and FLOOR in said and "desk.example" in said
    assert "<b>Media" not in html_text(written, "mark")
