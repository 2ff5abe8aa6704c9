"""Found words are marked, and nothing in a text becomes markup."""

from __future__ import annotations

from widgets.portal.marks import marked


def test_found_parts_are_marked_and_everything_is_escaped() -> None:
    """Parts that overlap are marked once."""
    assert marked("<b> tax & tax", [(4, 7), (5, 6), (10, 13)]) == "&lt;b&gt; <mark>tax</mark> &amp; <mark>tax</mark>"
    assert marked("nothing", []) == "nothing"
