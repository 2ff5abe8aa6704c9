from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.processes import Cores


@pytest.fixture
def cores(tmp_path: Path) -> Cores:
    """Two cores, or the only one, and a folder of this test's own."""
    available = sorted(os.sched_getaffinity(0))
    return Cores(available[0], available[-1], tmp_path)
