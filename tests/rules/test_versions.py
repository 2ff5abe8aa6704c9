from __future__ import annotations

import json
import re
import tomllib

from tests.rules.house import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_package_json_has_the_version_of_pyproject() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    found = {
        json.loads((ROOT / "package.json").read_text())["version"],
        lock["version"],
        lock["packages"][""]["version"],
    }
    assert found == {VERSION}


def test_changelog_begins_with_the_version_of_pyproject() -> None:
    topmost = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert topmost and topmost[1] == VERSION
