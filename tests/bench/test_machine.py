from __future__ import annotations

from pathlib import Path

from bench import machine


def test_machine_is_described_in_full(tmp_path: Path) -> None:
    facts = machine.describe(tmp_path)
    assert list(facts) == ["processor", "system", "python", "parts", "code"]
    assert all(facts.values())
    assert "SQLite" in facts["parts"] and "uvicorn" in facts["parts"]


def test_file_system_of_a_folder_is_that_of_its_nearest_mount() -> None:
    """The deepest mount point above the folder counts."""
    assert machine.file_system(Path("/proc/self")) == "proc"
    assert machine.file_system(Path("/")) not in ("", "proc", "unknown")
