"""HTML of a Zendesk Guide article as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag
from markdownify import ATX, BACKSLASH, MarkdownConverter

from knowledge.addresses import slug_of
from knowledge.guide_conversion import Converted
from knowledge.page import Fault
from knowledge.videos import video_at

HTML_MAX = 1 << 20
ELEMENTS_MAX = 20_000
DEPTH_MAX = 60
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DROPPED = ("script", "style", "noscript", "template", "object", "form", "button", "input", "select", "textarea")
_FRAMES = ("iframe", "embed", "video", "audio")
_SPACES = re.compile(r"[ \t]+\n")
_LINES = re.compile(r"\n{3,}")
_MARKS = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)|~(?=~)|&(?=#?\w+;)")
_AT_START = re.compile(r"^(\s*)([#>+-]|[0-9]{1,9}[.)])(?=\s|$)")
_SCHEME = re.compile(r"\s*[a-zA-Z][a-zA-Z0-9+.\s-]*:")
_SAFE = ("http:", "https:", "mailto:", "tel:")
_UNSAFE = re.compile(r"[\s()<>\\]")
_KEPT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def converted(html: str, rewrite: Callable[[str], str]) -> Converted:
    """The Markdown of an article. `rewrite` gives the new address of each link and picture. Raises Fault."""
    if len(html) > HTML_MAX:
        raise Fault(f"The text has {len(html):,} characters of HTML. At most {HTML_MAX:,} are allowed. Split it.")
    try:
        soup = BeautifulSoup(html, "html.parser")
    except ParserRejectedMarkup:
        raise Fault("The HTML has a declaration that can't be read. Look for `<![` and remove it.") from None
    _check(soup)
    for unwanted in soup(_DROPPED):
        unwanted.decompose()
    anchors = _anchors(soup)
    pictures, videos = list[str](), 0
    for frame in soup(_FRAMES):
        videos += _as_link(soup, frame)
    for picture in soup("img"):
        source = str(picture.get("src") or "")
        if source.startswith("data:") or not source:
            picture.decompose()
            continue
        address = _address(rewrite(_address(source)))
        picture["src"] = address
        pictures.append(address)
    for link in soup("a"):
        target = str(link.get("href") or "")
        del link["title"]
        if _SCHEME.match(target) and not target.strip().lower().startswith(_SAFE):
            del link["href"]
        elif target:
            link["href"] = _address(rewrite(_address(target)))
    for items in soup("ol"):
        _number(items)
    text = _Converter(
        heading_style=ATX, newline_style=BACKSLASH, autolinks=False, table_infer_header=True
    ).convert_soup(soup)
    body = _LINES.sub("\n\n", _SPACES.sub("\n", text.replace("\u00a0", " "))).strip()
    return Converted(body, anchors, tuple(pictures), videos > 0)


def _check(soup: BeautifulSoup) -> None:
    """Refuse what would take long to convert. The converter calls itself for each level."""
    count = 0
    stack: list[tuple[Tag, int]] = [(soup, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEPTH_MAX:
            raise Fault(f"The HTML is nested more than {DEPTH_MAX} levels deep. Simplify it.")
        for child in node.children:
            if isinstance(child, Tag):
                count += 1
                stack.append((child, depth + 1))
        if count > ELEMENTS_MAX:
            raise Fault(f"The HTML has more than {ELEMENTS_MAX:,} elements. Split the article.")


def _anchors(soup: BeautifulSoup) -> dict[str, str]:
    """The fragments of the headings here, by their ids in the export."""
    used, found = dict[str, int](), dict[str, str]()
    for heading in soup(_HEADINGS):
        slug = slug_of(heading.get_text()) or "section"
        used[slug] = used.get(slug, 0) + 1
        fragment = f"a-{slug}" if used[slug] == 1 else f"a-{slug}-{used[slug]}"
        for named in (heading, *heading("a"), *heading("span")):
            for name in ("id", "name"):
                if named.get(name):
                    found[str(named[name])] = fragment
    return found


def _as_link(soup: BeautifulSoup, frame: Tag) -> int:
    """Put a link in the place of a video or another embedded page. Returns 1 if there is one."""
    inner = frame.find("source")
    source = str(frame.get("src") or (inner.get("src") if isinstance(inner, Tag) else "") or "")
    if not source.startswith(("https://", "http://", "//", "/")):
        frame.decompose()
        return 0
    link = soup.new_tag("a", href=f"https:{source}" if source.startswith("//") else source)
    link.string = str(frame.get("title") or "Video").strip() or "Video"
    line = soup.new_tag("p")
    if video_at(str(link["href"])) is not None:
        # A picture in Markdown, which is shown as a video.
        line.append("!")
    line.append(link)
    frame.replace_with(line)
    return 1


def _number(items: Tag) -> None:
    start = str(items.get("start") or "")
    number = int(start) if start.isdigit() and len(start) < 6 else 1
    for item in items.find_all("li", recursive=False):
        item["data-number"] = str(number)
        number += 1


def _address(value: str) -> str:
    """An address that Markdown takes as it is."""
    plain = _KEPT.sub("%25", value.strip())
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), plain)


class _Converter(MarkdownConverter):
    def escape(self, text: str, parent_tags: Collection[str]) -> str:
        marked = _MARKS.sub(lambda found: f"\\{found[0]}", text)
        if "td" in parent_tags or "th" in parent_tags:
            return marked.replace("|", "\\|")
        return _AT_START.sub(lambda found: f"{found[1]}{_escaped(found[2])}", marked)

    def convert_li(self, el: Tag, text: str, parent_tags: Collection[str]) -> str:
        mark = f"{el['data-number']}. " if el.get("data-number") else "- "
        lines = text.strip().split("\n")
        indented = "\n".join(" " * len(mark) + line if line else "" for line in lines)
        return f"{mark}{indented.lstrip()}\n"

    def convert_figure(self, el: Tag, text: str, parent_tags: Collection[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: Collection[str]) -> str:
        alt = re.sub(r"\s+", " ", str(el.get("alt") or "")).replace("[", "(").replace("]", ")").replace("|", "/")
        return f"![{alt.strip()}]({el.get('src')})"

    def convert_pre(self, el: Tag, text: str, parent_tags: Collection[str]) -> str:
        fence = "```"
        while fence in text:
            fence += "`"
        return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n" if text.strip() else ""


def _escaped(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"
