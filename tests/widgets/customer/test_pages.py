"""The loader, the frame and the sample page."""

from __future__ import annotations

import gzip
import json
import re

from tests.widgets.conftest import Open


def test_the_loader_is_small_and_any_page_may_load_it(pages: Open) -> None:
    """At most 4 KB on the wire, as a script, for pages of other origins."""
    answer = pages().get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(gzip.compress(answer.content, 9)) <= 4_096


def test_the_frame_knows_the_words_of_a_status(pages: Open) -> None:
    """What the chat became is told in the words of the tickets."""
    html = pages().get("/widget?team=media&host=https://planner.example").text
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    assert {"key": "solved", "name": "Solved"} in json.loads(found[1])["statuses"]


def test_the_frame_knows_where_the_desk_is(pages: Open) -> None:
    """Hours are shown in the desk's zone, which no other page of the widget's says."""
    assert '"timezone": "America/New_York"' in pages().get("/widget").text


def test_only_the_demo_has_the_sample_page(pages: Open) -> None:
    """A real desk shows no Northlake Planner."""
    assert pages().get("/demo").status_code == 404
    assert "/widget.js" in pages(demo=True).get("/demo").text
