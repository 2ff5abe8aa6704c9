from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.rules.house import ROOT, tracked

PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)")
NAMED = re.compile(r"`([a-z][\w.-]*(?:/[\w.-]+)+\.(?:py|js|mjs|css|html|yaml|toml|txt))`")
MADE_UP = {"migrations/versions/0002_a_colour_for_agents.py", "tools/gallery/out/index.html"}
"""Files that only exist once somebody has followed the page."""


@cache
def anchors(page: Path) -> frozenset[str]:
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


def dead_links(page: Path) -> list[str]:
    """Links to other pages and headings of the repository that do not exist."""
    text = re.sub(r"`[^`\n]*`", "", FENCED.sub("", page.read_text("utf-8")))
    dead = []
    for file, anchor in LINK.findall(text):
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(f"{file}#{anchor}")
    return dead


def test_links_lead_to_existing_pages_and_headings() -> None:
    assert [f"{page.relative_to(ROOT)}: {link}" for page in PAGES for link in dead_links(page)] == []


def test_files_named_in_pages_exist() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in tracked()}
    folders = {file.partition("/")[0] for file in files}
    missing = [
        f"{page.relative_to(ROOT)}: {file}"
        for page in PAGES
        for file in sorted(set(NAMED.findall(page.read_text("utf-8"))) - MADE_UP)
        if file.partition("/")[0] in folders and file not in files
    ]
    assert missing == []
