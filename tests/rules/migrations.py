"""The digests of the migrations: a migration that was committed is never edited, since databases have run it.

python -m tests.rules.migrations            # enters the digests of new migrations in migrations/digests.txt
"""

from __future__ import annotations

import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

from tests.running import ROOT

FOLDER = ROOT / "migrations" / "versions"
DIGESTS = ROOT / "migrations" / "digests.txt"
ADD = "python -m tests.rules.migrations"


def entered(text: str) -> dict[str, str]:
    """The digest of each migration by its file's name. Raises ValueError where one has two."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        if found.setdefault(name, digest) != digest:
            raise ValueError(
                f"{name} has two digests in {DIGESTS.name}: take out the one that is not of the file on main"
            )
    return found


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("[0-9]*.py"))}


def faults(known: dict[str, str], present: dict[str, str]) -> list[str]:
    """What is wrong, and what to do about it."""
    found = [f"{name} is gone: databases have run it, put it back" for name in sorted(known.keys() - present.keys())]
    for name, digest in present.items():
        if name not in known:
            found.append(f"{name} is new: enter its digest by `{ADD}`, which adds the line: {digest}  {name}")
        elif known[name] != digest:
            found.append(
                f"{name} was edited after its digest was entered. Where it is on main, put it back and write a new "
                f"migration; where it is not yet, take its line out of {DIGESTS.name} and run `{ADD}`"
            )
    numbers = Counter(name.partition("_")[0] for name in present)
    found += [
        f"two migrations are called {number}: give the one that is not on main the next free number"
        for number, count in sorted(numbers.items())
        if count > 1
    ]
    return found


def main() -> None:
    """Enter what is new; what is there stays as it is."""
    present, known = digests(FOLDER), entered(DIGESTS.read_text() if DIGESTS.exists() else "")
    new = [f"{digest}  {name}\n" for name, digest in present.items() if name not in known]
    with DIGESTS.open("a") as file:
        file.writelines(new)
    sys.stdout.write("".join(new) or "nothing new\n")


if __name__ == "__main__":
    main()
