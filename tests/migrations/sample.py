"""A desk in use, written down as SQL: what a released version leaves for later ones to migrate.

    python -m tests.migrations.sample tests/migrations/REVISION

It is run once for each release, by the code of that release, and its folder is kept, named after the newest migration:
`sqlite.sql` and `postgresql.sql`, what is on the disk in `files`, and in JSON what must still be there.
`test_released.py` migrates each.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from uuid_utils import uuid7

from storage.ports import Tx
from tests.contract import Said
from tests.running import RunningDesk, SettableClock, running
from tests.servers import database, postgres
from tests.signing import Site

SECRET = "a secret of the tests, long enough for it"
"""That of `running`, for both databases."""
SITE = Site("the secret of a host site of that desk for tests", "planner")
PASSWORD = "correct horse battery staple 4711"
HOUR_MS = 3_600_000
Facts = Said


async def used(desk: RunningDesk, clock: SettableClock) -> Facts:
    """What people did, some hours of it; and what a later version must know of it."""
    await _with_client(desk, clock.at)
    maya = await desk.staff("Maya", role="agent", teams=("media",))
    sofia = await desk.staff("Sofia", role="supervisor", teams=("media", "finance"))
    await maya.command("presence.set", status="available")
    staff = desk.http(maya.token)
    facts: Facts = {"staff": {"maya": maya.token, "sofia": sofia.token}}
    facts["cookie"] = await _signed_in(desk)

    ana = await desk.customer(name="Ana Größe", email="ana@elsewhere.example")
    chat = (await ana.command("chat.start", team="media", text="My zanzibar plan loses dates", product="Spectra OX"))[
        "chat"
    ]
    await maya.event("chat.assigned", chat=chat)
    plan = await _file(desk, ana.token, "plan.csv", b"day,spots\n2026-11-27,3\n")
    await ana.command("message.send", chat=chat, text="Here it is", files=[plan])
    await maya.command("note.add", chat=chat, text="Looks like the kumquat importer")
    secret = await ana.command("message.send", chat=chat, text="My card is 4111 1111 marmoset")
    await sofia.command("message.redact", chat=chat, of=secret["seq"], reason="A card number")
    clock.forward(600)
    await maya.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await ana.command("chat.rate", chat=chat, score=5)

    ben = await desk.customer(identity=SITE.sign("ben", clock.at, email_verified=True))
    clock.forward(600)
    asked = {"team": "finance", "text": "The invoice of October is quokka"}
    form = await desk.http(ben.token).post("/api/tickets", json=asked)
    reply = {"text": "We look at it", "public": True}
    await desk.http(sofia.token).post(f"{form.headers['location']}/replies", json=reply)
    opened = {
        "team": "media",
        "text": "Told us on the phone about axolotl",
        "status": "awaiting_reply",
        "requester": {"name": "Cy", "email": "cy@northlake.example"},
        "participants": ["ben@northlake.example"],
    }
    await staff.post("/api/tickets", json=opened)
    clock.forward(600)

    dora = await desk.customer(name="Dora")
    open_chat = (await dora.command("chat.start", team="media", text="Still here, with a capybara"))["chat"]
    await maya.event("chat.assigned", chat=open_chat)
    await maya.command("message.send", chat=open_chat, text="One moment")
    emil = await desk.customer(name="Emil")
    waiting = (await emil.command("chat.start", team="finance", text="Nobody is there"))["chat"]

    listed = (await desk.http(sofia.token).get("/api/tickets", params={"sort": "number"})).json()["tickets"]
    tickets = [(await desk.http(sofia.token).get(f"/api/tickets/{one['number']}")).json() for one in listed]
    facts |= {
        "version": 1,
        "at": clock.at,
        "visitors": {"ana": ana.token, "dora": dora.token, "emil": emil.token},
        "open": {"dora": open_chat, "emil": waiting},
        "tickets": tickets,
        "file": plan,
    }
    return facts


async def _with_client(desk: RunningDesk, now: int) -> None:
    def unit(tx: Tx) -> None:
        desk.desk.people.customers.add_client(
            tx, id=str(uuid7()), name="Northlake", domains=["northlake.example"], account_team=None, vip=True, now=now
        )

    await desk.desk.storage.write(unit)


async def _signed_in(desk: RunningDesk) -> str:
    people = desk.desk.people
    hashed = await people.passwords.hashed(PASSWORD)
    await desk.desk.storage.write(
        lambda tx: people.identity.set_password(tx, "maya@desk.example", hashed, desk.clock())
    )
    answer = await desk.http().post("/api/session", json={"email": "maya@desk.example", "password": PASSWORD})
    return str(answer.raise_for_status().headers["set-cookie"]).partition(";")[0]


async def _file(desk: RunningDesk, token: str, name: str, content: bytes) -> str:
    answer = await desk.http(token).post("/api/files", files={"file": (name, content)})
    id_: str = answer.raise_for_status().json()["id"]
    return id_


async def _made(data: Path, url: str | None) -> Facts:
    clock = SettableClock()
    clock.at -= HOUR_MS
    given: Facts = {"identity_secret": f"{SITE.kid}:{SITE.secret}", "base_url": SITE.audience}
    if url is None:
        given["secret"] = SECRET
    async with running(data, clock, url, **given) as desk:
        return await used(desk, clock)


def dumped_sqlite(path: Path) -> str:
    """The database as statements. Full-text indexes have their words in other tables, and are built from these anew."""
    virtual = "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    with closing(sqlite3.connect(path)) as connection:
        indexes = connection.execute(virtual).fetchall()
        own = [line for line in connection.iterdump() if not _of(line, [name for name, _ in indexes])]
    for name, sql in indexes:
        own += [f"{sql};", f"INSERT INTO {name} ({name}) VALUES ('rebuild');"]
    return "\n".join(own) + "\n"


def _of(statement: str, tables: list[str]) -> bool:
    """Is this about one of these virtual tables, or of the tables in which they keep their own things?"""
    named = re.match(r"(?:INSERT INTO|CREATE TABLE) [\"']?(\w+)", statement)
    if statement.startswith("PRAGMA writable_schema") or (named and named[1] == "sqlite_master"):
        return True
    return named is not None and any(named[1] == table or named[1].startswith(f"{table}_") for table in tables)


def dumped_postgresql(url: str) -> str:
    command = [str(postgres().tools / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", "--no-comments", url]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return "\n".join(line for line in said.splitlines() if line and not line.startswith(("--", "\\"))) + "\n"


def main(folder: Path) -> None:
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "sqlite"
        facts = asyncio.run(_made(data, None))
        (folder / "sqlite.sql").write_text(dumped_sqlite(data / "switchboard.db"), "utf-8")
        (folder / "sqlite.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
        shutil.copytree(data / "files", folder / "files")
        with database("postgresql", Path(place)) as url:
            facts = asyncio.run(_made(Path(place) / "postgresql", url))
            (folder / "postgresql.sql").write_text(dumped_postgresql(url), "utf-8")
            shutil.copytree(Path(place) / "postgresql" / "files", folder / "files", dirs_exist_ok=True)
        (folder / "postgresql.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
