"""Writes lists of the components of Switchboard (SBOMs) as CycloneDX JSON: one file for Python packages, and one for
npm packages.

    python -m scripts.sbom dist

The field `scope` of a component says whether it ships. "required": a desk runs the component, or the repository
contains a copy of it. "optional": the component is used only to test and check Switchboard.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
COPIED = frozenset({"lit", "lit-element", "lit-html", "@lit/reactive-element", "lucide-static"})
"""The npm packages of which the repository contains copies: the packages that `scripts/vendor.mjs` copies, and the
icons."""

UNSAID = {"axe-playwright-python": "MIT"}
"""The licence of each package whose metadata name none. The licences were read in the packages' sources."""


Bill = dict[str, object]


def pinned(requirements: str) -> dict[str, dict[Version, list[str]]]:
    """The SHA-256 sums of each package in a requirements file, by normalized name and by version. A package may have
    several versions, because a requirements file can name one for each range of Python versions."""
    found: dict[str, dict[Version, list[str]]] = {}
    for name, version, rest in re.findall(r"^([\w.-]+)(?:\[.*?\])?==(\S+)((?:.*\\\n)*.*)$", requirements, re.MULTILINE):
        found.setdefault(normal(name), {})[Version(version)] = re.findall(r"--hash=sha256:([0-9a-f]{64})", rest)
    return found


def normal(name: str) -> str:
    """A package's name in the form used for comparing (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def of_python(bill: Bill, ships: Set[str], sums: Mapping[str, Mapping[Version, Sequence[str]]]) -> None:
    """Complete the components of the Python environment in `bill`: add the scope, the pinned SHA-256 sums, and licences
    from UNSAID. `ships` has the normalized names of the packages that ship."""
    for component in components(bill):
        name = str(component["name"])
        component["scope"] = "required" if normal(name) in ships else "optional"
        digests = sums.get(normal(name), {}).get(Version(str(component["version"])), ())
        if digests:
            component["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in digests]
        if not component.get("licenses") and (license_ := UNSAID.get(name)):
            component["licenses"] = [{"license": {"id": license_}}]


def of_npm(bill: Bill) -> None:
    """Set the scope of each npm component in `bill`: `required` for packages in COPIED, `optional` for all others."""
    for component in components(bill):
        component["scope"] = "required" if component["name"] in COPIED else "optional"


def incomplete(bill: Bill) -> list[str]:
    """A line for each version, licence or checksum that is missing from a component."""
    wanted = ("version", "licenses", "hashes")
    return [f"{one['name']}: no {field}" for one in components(bill) for field in wanted if not one.get(field)]


def components(bill: Bill) -> list[Bill]:
    found = bill["components"]
    assert isinstance(found, list)
    return found


def _said(*words: str) -> Bill:
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    bill: Bill = json.loads(said)
    return bill


def main(folder: Path) -> int:
    """Write both files to `folder`. Returns the exit status: 1 if a component is incomplete, else 0."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    python = _said(str(tool), "environment", "--pyproject", "pyproject.toml", "--output-reproducible", sys.executable)
    ships = pinned((ROOT / "requirements.txt").read_text()).keys()
    of_python(python, ships, pinned((ROOT / "requirements-dev.txt").read_text()))
    npm = _said("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only")
    of_npm(npm)
    folder.mkdir(parents=True, exist_ok=True)
    status = 0
    for name, bill in (("python", python), ("npm", npm)):
        file = folder / f"sbom-{name}.json"
        file.write_text(json.dumps(bill, indent=1) + "\n", "utf-8")
        lacks = incomplete(bill)
        status = 1 if lacks else status
        sys.stdout.write("".join(f"{line}\n" for line in lacks) + f"{file}: {len(components(bill))} components\n")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
