"""The machine on which the figures were measured."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

MEMORY_FILE_SYSTEMS = ("tmpfs", "ramfs")
PARTS = ("uvicorn", "uvloop", "websockets", "starlette", "msgspec")


def describe(data: Path) -> dict[str, str]:
    """Facts about the machine, by name. `data` is a folder on the file system to which the benchmark writes."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{_system()}, Linux {platform.release()}, {file_system(data)}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "parts": ", ".join([*(f"{name} {version(name)}" for name in PARTS), f"SQLite {sqlite3.sqlite_version}"]),
        "code": _commit(),
    }


def file_system(folder: Path) -> str:
    """The type of the file system, such as ext4."""
    best = ("", "unknown")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"
