from __future__ import annotations

import shutil
import subprocess

from tests.rules.house import ROOT
from widgets.shared.assets import ASSETS


def test_packed_scripts_and_styles_match_their_sources() -> None:
    """If not, run `make vendor`: the server would serve many source files instead of one bundle."""
    assert ASSETS.packed, "widgets/packed/ is of older sources: make vendor"


def test_packing_again_changes_nothing() -> None:
    """The same sources at the same pinned versions give the same bytes."""
    node = shutil.which("node")
    assert node, "there is no node on the PATH"
    made = subprocess.run(
        [node, "scripts/vendor.mjs", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert made.returncode == 0, made.stdout + made.stderr
