from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.rules.house import ROOT, tracked

# As patterns, these do not find themselves.
FOLDERS = re.compile(r"(?<![\w.~-])/(?:root|home|Users|work)/[\w.]")
REGISTRIES = re.compile(r"pypi\.org|python[h]osted|registry\.npm|npmjs\.(?:org|com)|(?:deb|security)\.debian")


def matches(pattern: re.Pattern[str]) -> Iterator[str]:
    """`FILE:LINE` of each match in a text file."""
    for file in tracked():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for match in pattern.finditer(text):
            yield f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"


def test_no_file_contains_a_local_path() -> None:
    here = "|".join(re.escape(folder) for folder in (str(ROOT), str(Path.home())) if folder != "/")
    assert list(matches(re.compile(f"{FOLDERS.pattern}|(?:{here})/"))) == []


def test_no_file_contains_a_package_registry() -> None:
    """The person who installs the packages chooses where they come from."""
    assert list(matches(REGISTRIES)) == []


def test_lock_files_have_hashes_and_no_addresses() -> None:
    """Each Python package has a version and a hash. No line is a download address."""
    locks = [*ROOT.glob("requirements*.txt"), ROOT / "package-lock.json"]
    pinned = {f"requirements{of}.txt" for of in ("", "-otel", "-dev")}
    assert {lock.name for lock in locks} == {*pinned, "package-lock.json"}
    for lock in locks:
        addresses = [line for line in lock.read_text("utf-8").splitlines() if re.search(r'://|"resolved"', line)]
        assert [line for line in addresses if '"url":' not in line] == [], lock.name
    for lock in locks[:-1]:
        for package in re.split(r"\n(?=\S)", lock.read_text("utf-8"))[1:]:
            assert re.match(r"[a-z0-9.-]+==\S+.*\n {4}--hash=sha256:[0-9a-f]{64}", package), package


def test_decision_numbers_match_in_file_title_and_list() -> None:
    """Numbers start at 1 without gaps. The list has each page once."""
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    numbers = [page.name[:4] for page in pages]
    assert numbers == [f"{number:04}" for number in range(1, len(pages) + 1)]
    assert [page.read_text("utf-8")[2:6] for page in pages] == numbers
    listed = re.findall(r"^\| \[(\d{4})\]\((.+?)\)", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert listed == [(page.name[:4], page.name) for page in pages]
