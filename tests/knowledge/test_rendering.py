from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.rendering import Heading, links_in, plain_text, rendered

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](https://elsewhere.example/spy.png)",
    "![a](//elsewhere.example/spy.png)",
    '[a](/x "\\"onclick=alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "<style>*{display:none}</style>",
    "## <b id=x onclick=y>heading</b>",
    "| a |\n|---|\n| <td style=x> |",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_markdown_becomes_harmless(body: str) -> None:
    tags = re.findall(r"<[^>]*>", re.sub(r'="[^"]*"', "", rendered(body).html))
    assert not any(re.search(r"<(script|style|iframe|object|b)\b|\son\w+|\sstyle", tag) for tag in tags)
    assert not re.search(r"(href|src)=\"\s*(javascript|data):", rendered(body).html, re.IGNORECASE)
    assert not re.search(r"src=\"[^\"]*elsewhere", rendered(body).html)


@given(st.text(alphabet="<>[]()!#|-`*_ \n\"'=:/aonclickscript", max_size=200))
def test_no_text_leads_to_a_tag_that_is_not_allowed(body: str) -> None:
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", rendered(body).html))
    assert tags <= {
        *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
        *("strong", "em", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div"),
    }


def test_headings_have_ids_and_the_main_ones_are_listed() -> None:
    found = rendered("# Find it\n\n### Deeper\n\n## Find it\n\ntext")
    assert found.headings == [Heading("a-find-it", "Find it"), Heading("a-find-it-2", "Find it")]
    assert '<h2 id="a-find-it">' in found.html and '<h3 id="a-deeper">' in found.html and "<h1" not in found.html


def test_wide_table_scrolls_in_its_frame() -> None:
    html = rendered("| a | b |\n|---|--:|\n| 1 | 2 |").html
    assert html.startswith('<div class="scroll" tabindex="0" role="group"><table>')
    assert '<td class="right">2</td>' in html and "style" not in html


def test_own_picture_is_shown_and_loads_late() -> None:
    html = rendered("![A plan](/files/plan.png)").html
    assert 'src="/files/plan.png"' in html and 'alt="A plan"' in html and 'loading="lazy"' in html


@pytest.mark.parametrize("address", ["https://elsewhere.example/spy.png", "//elsewhere.example/spy.png"])
def test_picture_of_another_host_is_a_link(address: str) -> None:
    html = rendered(f"![A <plan>]({address})").html
    assert f'<a href="{address}"' in html and "A &lt;plan&gt;</a>" in html and "<img" not in html


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (200, 1), (201, 2), (900, 5)])
def test_reading_time_is_that_of_the_words(words: int, minutes: int) -> None:
    assert rendered("word " * words).minutes == minutes


def test_plain_text_has_the_words_without_marks() -> None:
    assert plain_text("# A **b**\n\n- [c](/d)\n\n```\ncode < 1\n```") == "A b\nc\ncode < 1"


def test_links_are_found_in_order() -> None:
    assert links_in("[a](b.md) ![c](/d.png)\n\n[e]\n\n[e]: f.md#g") == ["b.md", "/d.png", "f.md#g"]


def test_video_of_the_desk_is_shown_with_its_captions() -> None:
    html = rendered('![Watch "it"](/articles/files/a.mp4 "/articles/files/b.vtt")').html
    assert html == (
        '<p><video controls="" preload="metadata" src="/articles/files/a.mp4" aria-label="Watch &quot;it&quot;">'
        '<track kind="captions" src="/articles/files/b.vtt" default=""></video></p>\n'
    )


def test_video_of_another_host_is_not_loaded() -> None:
    html = rendered("![x](https://evil.example/a.mp4) ![y](//evil.example/a.webm)").html
    assert "<video" not in html and "src" not in html and html.count("<a href=") == 2
    assert "evil" not in rendered('![x](/articles/files/a.mp4 "https://evil.example/b.vtt")').html


def test_video_of_a_known_host_is_a_link_until_a_reader_loads_it() -> None:
    html = rendered("![Move a flight](https://youtu.be/dQw4w9WgXcQ)").html
    assert html == (
        '<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ" '
        'data-player="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" rel="noopener">'
        "Move a flight <em>youtube.com</em></a></p>\n"
    )
    assert "src=" not in html


def test_link_of_an_author_loads_no_player() -> None:
    body = '[x](https://youtu.be/dQw4w9WgXcQ) <a data-player="https://evil.example/">y</a>'
    assert "<a data-player" not in rendered(body).html and "nocookie" not in rendered(body).html


def test_transcript_opens_on_a_click_and_is_only_text() -> None:
    html = rendered("```transcript What is said\nHello <b>you</b>.\n\nBye.\n```").html
    assert html == ("<details><summary>What is said</summary><p>Hello &lt;b&gt;you&lt;/b&gt;.</p><p>Bye.</p></details>")
