"""The loader, the frame and the sample page."""

from __future__ import annotations

import json
import re

from tests.widgets.conftest import Open


def test_any_page_may_load_the_loader_and_its_types(pages: Open) -> None:
    """A script for pages of other origins; what it takes, for those who write with types."""
    answer = pages().get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "export interface Switchboard" in pages().get("/widget.d.ts").text


def test_the_button_is_in_the_desk_s_colour(pages: Open) -> None:
    """The script itself says it, in a shade that white can be read on: nothing more is loaded for it."""
    assert "#00618a" in pages().get("/widget.js").text
    script = pages(brand_color="#ffcc00").get("/widget.js").text
    assert "#896c00" in script
    assert "#00618a" not in script


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
