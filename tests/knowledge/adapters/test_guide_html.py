from __future__ import annotations

import pytest

from knowledge.adapters.guide_html import converted
from knowledge.page import Fault
from knowledge.rendering import rendered


def markdown(html: str) -> str:
    return converted(html, lambda link: link).body


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>Find <b>it</b></h2><p>a<br>b</p>", "## Find **it**\n\na\\\nb"),
        ("<ol start='3'><li>One<ul><li>a</li></ul></li><li>Two</li></ol>", "3. One\n   - a\n4. Two"),
        ("<table><tr><th>A</th></tr><tr><td>b | c</td></tr></table>", "| A |\n| --- |\n| b \\| c |"),
        ("<table><tr><td>A</td></tr><tr><td>b</td></tr></table>", "| A |\n| --- |\n| b |"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<figure><img src='/a.png' alt='x [1]'></figure>text", "![x (1)](/a.png)\n\ntext"),
        ("<a href='/a b(c)'>x</a>", "[x](/a%20b%28c%29)"),
        ("<a href='/a%20b'>x</a>", "[x](/a%20b)"),
        ("<video><source src='https://v.example/a.mp4'></video>", "[Video](https://v.example/a.mp4)"),
        ("<iframe src='javascript:x'></iframe><p>a</p>", "a"),
        ("<img src='data:image/png;base64,AA'>b", "b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, text: str) -> None:
    assert markdown(html) == text


@pytest.mark.parametrize(
    "words",
    [
        "[x](javascript:alert(1))",
        "*a* _b_ `c` **d**",
        "# no heading",
        "- no list",
        "1. no list",
        "> no quote",
        "<script>alert(1)</script>",
        "a < b && c",
        "&lt; stays",
        "~~a~~",
        "snake_case_name",
        "back\\slash",
        "![a](/b)",
        "| a | b |",
    ],
)
def test_text_is_only_text(words: str) -> None:
    """Marks of Markdown that are words of the author mean nothing."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert rendered(markdown(f"<p>{escaped}</p>")).html == f"<p>{escaped}</p>\n"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><p>a</p>",
        "<p onclick='x'>a</p>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href=' JaVa\tscript:alert(1)'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "<style>p{}</style><p>a</p>",
        "<form><input><button>b</button></form><p>a</p>",
    ],
)
def test_nothing_that_acts_is_kept(html: str) -> None:
    assert markdown(html) == "a"


def test_headings_have_the_fragments_of_the_page() -> None:
    html = "<h2 id='h_1'>Two words</h2><h3><a name='old'></a>Two words</h3><h2 id='h_2'>!</h2>"
    found = converted(html, lambda link: link)
    assert found.anchors == {"h_1": "a-two-words", "old": "a-two-words-2", "h_2": "a-section"}
    shown = rendered(found.body).html
    assert all(f'id="{fragment}"' in shown for fragment in found.anchors.values())


def test_declaration_that_cannot_be_read_is_a_fault() -> None:
    with pytest.raises(Fault, match="declaration"):
        markdown("<![foo[")
