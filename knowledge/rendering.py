"""Renders Markdown of authors as HTML that is safe to show.

The parser leaves out HTML in the text. The result is also cleaned, so a fault of the parser cannot put a script on a
page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.addresses import slug_of
from knowledge.videos import Video, is_player, video_at

WORDS_A_MINUTE = 200
"""Reading speed that the reading time assumes."""
_LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
"""The page's title is its only `h1`."""

_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
    *("strong", "em", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div"),
    *("video", "track", "details", "summary"),
}
_ATTRIBUTES = {
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "a": {"href", "title", "data-player"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "video": {"src", "controls", "preload", "aria-label"},
    "track": {"kind", "src", "default"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "th": {"class"},
    "td": {"class"},
}
_FILM = re.compile(r"/[^\s]+\.(?:mp4|webm)")
_SHOWN_FILM = re.compile(r'<video(?: [a-z-]+="[^"]*")*? src="([^"]*)"')
_ALIGNED = re.compile(r"text-align:(center|right)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the table of contents. `id` is the fragment of its address."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html` is safe to show. `headings` are those of the first level. `minutes` is the reading time, at least 1."""

    html: str
    headings: Sequence[Heading]
    minutes: int


def rendered(body: str) -> Rendered:
    tokens = _parser.parse(body)
    headings = _with_ids(tokens)
    words = sum(len(token.content.split()) for token in tokens if token.type in ("inline", "fence", "code_block"))
    html = _parser.renderer.render(_framed(tokens), _parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_checked,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
        generic_attribute_prefixes=None,
    )
    return Rendered(clean, headings, max(1, math.ceil(words / WORDS_A_MINUTE)))


def plain_text(body: str) -> str:
    """The words of a Markdown text, without its marks."""
    parts = []
    for token in _parser.parse(body):
        if token.type in ("fence", "code_block"):
            parts.append(token.content)
        elif token.type == "inline":
            parts.append(_words(token))
    return "\n".join(part.strip() for part in parts if part.strip())


def links_in(body: str) -> list[str]:
    """The addresses of all links and pictures, in the order of the text."""
    return [
        str(address)
        for token in _parser.parse(body)
        for child in token.children or ()
        if (address := child.attrGet("href") or child.attrGet("src"))
    ]


def videos_in(html: str) -> list[str]:
    """The addresses of the videos of the desk in rendered HTML, in the order of the text."""
    return [unescape(found) for found in _SHOWN_FILM.findall(html)]


def silent_videos(body: str) -> list[str]:
    """The addresses of the videos of the desk that have no captions."""
    images = (child for token in _parser.parse(body) for child in token.children or () if child.type == "image")
    return [
        str(image.attrGet("src"))
        for image in images
        if _FILM.fullmatch(str(image.attrGet("src"))) and not str(image.attrGet("title") or "").endswith(".vtt")
    ]


def fragments_in(body: str) -> list[str]:
    """The fragments of all headings, which are the ids in the rendered HTML."""
    tokens = _parser.parse(body)
    _with_ids(tokens)
    return [str(token.attrs["id"]) for token in tokens if token.type == "heading_open"]


def _with_ids(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading an id, and return those of the first level."""
    used: dict[str, int] = {}
    found = []
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        words = _words(inline)
        slug = slug_of(words) or "section"
        used[slug] = used.get(slug, 0) + 1
        # A prefix, because an id must not be a name that a script of the page uses.
        id_ = f"a-{slug}" if used[slug] == 1 else f"a-{slug}-{used[slug]}"
        token.attrSet("id", id_)
        token.tag = _LEVELS[token.tag]
        if token.tag == "h2":
            found.append(Heading(id_, words))
    for token in tokens:
        if token.type == "heading_close":
            token.tag = _LEVELS[token.tag]
    return found


def _words(token: Token) -> str:
    """The words of a line. A picture counts with its description."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ()
    )


def _framed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with a frame around each table, so that a wide table scrolls in itself. Pictures load late.

    Columns are aligned by a class, because the pages allow no style attributes.
    """
    made = []
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                _show(child)
        aligned = _ALIGNED.fullmatch(str(token.attrs.pop("style", "")))
        if aligned:
            token.attrSet("class", aligned[1])
        if token.type == "fence" and token.info.split()[:1] == ["transcript"]:
            token.type, token.content = "html_block", _transcript(token)
        if token.type == "table_open":
            made.append(Token("div_open", "div", 1, attrs={"class": "scroll", "tabindex": "0", "role": "group"}))
        made.append(token)
        if token.type == "table_close":
            made.append(Token("div_close", "div", -1))
    return made


def _show(image: Token) -> None:
    """Make a picture what its address says: a video, a picture, or a link to another host."""
    address = str(image.attrGet("src") or "")
    elsewhere = video_at(address)
    if elsewhere is not None:
        image.type, image.content = "html_inline", _video_elsewhere(image, elsewhere)
    elif not address.startswith("/") or address.startswith("//"):
        image.type, image.content = "html_inline", _picture_elsewhere(image)
    elif _FILM.fullmatch(address):
        image.type, image.content = "html_inline", _video(image)
    else:
        image.attrSet("loading", "lazy")


def _video(image: Token) -> str:
    """A picture whose address is a video's, as a video. Its title, if there is one, is the address of its captions."""
    captions = str(image.attrGet("title") or "")
    track = f'<track kind="captions" src="{escape(captions)}" default>' if captions.endswith(".vtt") else ""
    source, label = escape(str(image.attrGet("src"))), escape(image.content)
    return f'<video controls preload="metadata" src="{source}" aria-label="{label}">{track}</video>'


def _video_elsewhere(image: Token, video: Video) -> str:
    """A picture whose address is a video's at another host, as a link. A script of the page offers to load it."""
    label = escape(image.content or "Video")
    return f'<a href="{escape(video.link)}" data-player="{escape(video.player)}">{label} <em>{video.host}</em></a>'


def _picture_elsewhere(image: Token) -> str:
    """A picture of another host as a link, because a page makes no request to another host."""
    address = escape(str(image.attrGet("src") or ""))
    return f'<a href="{address}">{escape(image.content) or address}</a>'


def _transcript(fence: Token) -> str:
    """A code block that is marked `transcript`, as paragraphs that open on a click. Words after the mark are the
    label."""
    label = " ".join(fence.info.split()[1:]) or "Transcript"
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", fence.content.strip()) if part)
    return f"<details><summary>{escape(label)}</summary>{paragraphs}</details>"


def _checked(tag: str, name: str, value: str) -> str | None:
    if tag in ("img", "video", "track") and name == "src":
        # Pictures and videos come from this desk only: a page makes no request to another host.
        return value if value.startswith("/") and not value.startswith("//") else None
    if name == "data-player":
        return value if is_player(value) else None
    return value
