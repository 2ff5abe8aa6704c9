"""Builds large desks for benchmarks, on SQLite and on PostgreSQL.

```
python -m bench.seed                        desks with a million tickets
python -m bench.seed --tickets 10000        smaller ones
```

The desks are kept in `bench/out/large`, and shared by all benchmarks. Remove this folder to build them again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import counting, people, processes
from bench.databases import DIALECTS, Database, opened, without_indexes, without_log
from bench.large_desk import COLUMNS, COPIES, PEOPLE, LargeDesk, copies
from bench.processes import OUT, Cores
from clock import system_clock
from identity import visitors
from storage.ports import Dialect

TICKETS = 1_000_000
STAFF = 20
_WORDS_OF_POSTGRES = (
    "INSERT INTO ticket_index (id, words) SELECT id, ("
    "SELECT string_agg('''' || word || ''':' || place, ' ') "
    "FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS said (word, place)"
    ")::tsvector FROM ticket_passages"
)


@dataclass(frozen=True, slots=True)
class Large:
    """A large desk. `data`: its data folder, in `folder`."""

    folder: Path
    customer: str
    """A token of a customer with a usual number of tickets."""
    coordinator: str
    """A token of the coordinator of the largest company."""
    request: int
    """The number of a ticket of this customer."""
    colleague: str
    """The id of a customer of the largest company."""
    common: str
    """A word in many tickets."""

    @property
    def data(self) -> Path:
        return self.folder / "data"


class _Kept(msgspec.Struct):
    """Facts about a large desk, stored in its folder when it is built."""

    customer: str
    coordinator: str
    request: int
    colleague: str
    common: str


def large(cores: Cores, dialect: Dialect, tickets: int) -> Large:
    """A desk with this many tickets. It is built if there is none yet, otherwise migrated to the newest revision.

    Its tickets are counted for the reports, also after a migration that emptied their tables.
    """
    folder = cores.out / "large" / f"{dialect}-{tickets}"
    kept = folder / "kept.json"
    if kept.exists():
        with opened(dialect, folder / "data") as database:
            processes.migrate(folder / "data", database.url)
            counting.count(folder / "data", database, tickets)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "data").mkdir(mode=0o700, parents=True)
        kept.write_bytes(msgspec.json.encode(_built(folder / "data", dialect, tickets)))
    known, now = msgspec.json.decode(kept.read_bytes(), type=_Kept), system_clock()
    url = None if dialect == "sqlite" else "postgresql://"
    secret, visitor = people.settings_of(folder / "data", url).secret_bytes(), "0190a5b0-0000-7000-8000-000000000001"
    return Large(
        folder,
        customer=visitors.issue(secret, visitor, now, known.customer),
        coordinator=visitors.issue(secret, visitor, now, known.coordinator),
        request=known.request,
        colleague=known.colleague,
        common=known.common,
    )


def _built(data: Path, dialect: Dialect, tickets: int) -> _Kept:
    began = time.monotonic()
    with opened(dialect, data) as database:
        processes.migrate(data, database.url)
        people.seed(data, people=STAFF, team="media", url=database.url)
        desk = LargeDesk(tickets, [str(id_) for (id_,) in database.rows("SELECT id FROM users")], system_clock())
        with without_log(database):
            with without_indexes(database, [*COLUMNS]):
                database.add("ticket_fields", ("key", "position", "archived", "body"), desk.fields())
                for table, rows in desk.people():
                    database.add(table, PEOPLE[table], rows)
                for made in desk.rows():
                    for table, rows in made.items():
                        database.add(table, COLUMNS[table], rows)
                for table in (*PEOPLE, *COLUMNS):
                    for place in range(1, COPIES):
                        database.execute(copies(table, place))
            _index_words(database)
        counting.count(data, database, tickets)
        took = time.monotonic() - began
        print(f"{tickets:,} tickets on {dialect}: built in {took:.0f} s", file=sys.stderr)
        mine = database.rows(f"SELECT max(number) FROM tickets WHERE requester = '{desk.accounts[1]}'")
        return _Kept(
            customer=desk.accounts[1],
            coordinator=desk.accounts[0],
            request=int(str(mine[0][0])),
            colleague=desk.accounts[2],
            common=desk.common,
        )


def _index_words(database: Database) -> None:
    if database.dialect == "sqlite":
        database.execute("INSERT INTO ticket_index (ticket_index) VALUES ('rebuild')")
        return
    with without_indexes(database, ["ticket_index"]):
        database.execute(_WORDS_OF_POSTGRES)
    # PostgreSQL would do this by itself, but only after about a minute.
    database.execute("ANALYZE")


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the large desks that do not exist yet."""
    options = argparse.ArgumentParser(prog="python -m bench.seed", description="Large desks.")
    options.add_argument("--tickets", type=int, default=TICKETS)
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    given = options.parse_args(arguments)
    for dialect in given.database or DIALECTS:
        print(large(Cores(0, 1, OUT), dialect, given.tickets).folder)


if __name__ == "__main__":
    main()
