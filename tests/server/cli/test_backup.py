"""`switchboard backup` and `restore`, as people run them: real processes."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.migrate import upgrade
from tests.server.test_cli import Place
from tests.servers import postgres

PASSWORD = "correct horse battery"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Place:
    """Where the program is started as a shell does it."""
    return Place(tmp_path, forked=False)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with ada@desk.example, and a backup of it, `desk.tar`, which no test changes."""
    place = Place(tmp_path_factory.mktemp("backed-up"))
    place.add()
    place.done("backup", "desk.tar")
    return place


def restored(place: Place, *words: str) -> Path:
    """A new folder with the desk of the backup."""
    folder = place.folder / "restored"
    place.done("restore", "desk.tar", "--data", str(folder), *words)
    return folder


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "switchboard.db")) as database:
        return list(database.execute(query))


# -- there and back ----------------------------------------------------------------------


def test_a_backup_is_for_its_owner_alone_and_can_be_checked_by_hand(backed_up: Place) -> None:
    """Mode 0600, a plain tar with its own sums at the end, and nothing else is left beside it."""
    file = backed_up.folder / "desk.tar"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["manifest.json", "secret", "switchboard.db", "SHA256SUMS"]
    assert not [path for path in backed_up.folder.iterdir() if path.name.startswith(".desk.tar")]


def test_sessions_end_and_tokens_stay(place: Place) -> None:
    """On the restored desk the session of then holds no more, the token and the password do; it is in the audit."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed=PASSWORD)
    token = place.done("token", "create", "--email", "ada@desk.example").strip()
    with place.serving("serve", "--port", "0") as served:
        cookie = served.sign_in("ada@desk.example", PASSWORD)
        assert served.status("/api/me", Cookie=cookie) == 200
        said = place.done("backup", "desk.tar")
        assert said.startswith("desk.tar: the desk as of ")
    folder = restored(place)
    with place.serving("serve", "--port", "0", "--data", str(folder)) as served:
        assert served.status("/api/me", Cookie=cookie) == 401
        assert served.status("/api/me", Authorization=f"Bearer {token}") == 200
        assert served.sign_in_status("ada@desk.example", PASSWORD) == 200
    assert rows(folder, "SELECT actor_kind, thing FROM audit WHERE verb = 'restore'") == [("system", "desk")]


def test_a_restored_desk_is_private_whole_and_another_one(place: Place) -> None:
    """The secret is that of then, the epoch is new, nobody else may look, and there is no rest of the work."""
    with place.serving("serve", "--port", "0"):
        place.done("backup", "desk.tar")
    folder = restored(place)
    assert (folder / "secret").read_bytes() == (place.data / "secret").read_bytes()
    query = "SELECT value FROM meta WHERE key = 'epoch'"
    assert rows(folder, query) != rows(place.data, query)
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("", "secret", "switchboard.db")]
    assert modes == [0o700, 0o600, 0o600]
    assert {path.name for path in folder.iterdir()} == {"secret", "switchboard.db", "server.lock"}


def test_a_database_of_an_older_version_is_brought_up_to_date(place: Place) -> None:
    """A backup is taken as the database is; the restored one is at the newest version."""
    place.add()
    with closing(sqlite3.connect(place.data / "switchboard.db")) as database:
        newest = database.execute("SELECT version_num FROM alembic_version").fetchone()
    (place.data / "switchboard.db").unlink()
    upgrade(f"sqlite:///{place.data / 'switchboard.db'}", "0003")
    place.done("backup", "desk.tar")
    assert rows(place.data, "SELECT version_num FROM alembic_version") == [("0003",)]
    assert rows(restored(place), "SELECT version_num FROM alembic_version") == [newest]


def test_a_secret_that_was_given_is_not_in_it(shell: Place) -> None:
    """It is nobody's to write down; both commands say so, and a desk with it set finds itself again."""
    shell.env["SWITCHBOARD_SECRET"] = "s" * 40
    shell.add()
    assert "does not contain SWITCHBOARD_SECRET" in shell.done("backup", "desk.tar")
    said = shell.done("restore", "desk.tar", "--data", str(shell.folder / "restored"))
    assert "SWITCHBOARD_SECRET" in said
    with tarfile.open(shell.folder / "desk.tar") as archive:
        assert "secret" not in archive.getnames()


# -- on PostgreSQL -------------------------------------------------------------------------


@pytest.fixture
def on_postgres(place: Place) -> Iterator[Place]:
    """A place whose desk is on a PostgreSQL of its own, with the tools of it on the PATH."""
    with postgres().database(migrated=True) as url:
        place.env |= {"SWITCHBOARD_DATABASE_URL": url, "SWITCHBOARD_SECRET": "s" * 40}
        place.env["PATH"] = f"{postgres().tools}:{place.env['PATH']}"
        yield place


@pytest.mark.scaled
def test_there_and_back_on_postgres(on_postgres: Place) -> None:
    """Into an empty database all comes back; into one that is not, nothing, and it is said."""
    place = on_postgres
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed=PASSWORD)
    place.done("backup", "desk.tar")
    (line,) = place.refused("restore", "desk.tar", "--data", str(place.folder / "restored"))
    assert line == "SWITCHBOARD_DATABASE_URL: already has tables. Restore into an empty database."
    (line,) = place.refused("restore", "desk.tar", SWITCHBOARD_DATABASE_URL="")
    assert line.startswith("desk.tar: a backup from PostgreSQL")
    with postgres().database(migrated=False) as empty:
        place.env["SWITCHBOARD_DATABASE_URL"] = empty
        place.done("restore", "desk.tar", "--data", str(place.folder / "restored"))
        with place.serving("serve", "--port", "0", "--data", str(place.folder / "restored")) as served:
            assert served.sign_in_status("ada@desk.example", PASSWORD) == 200


@pytest.mark.scaled
def test_without_the_tools_it_is_said(on_postgres: Place) -> None:
    """What is missing, and what to install; nothing is left."""
    (line,) = on_postgres.refused("backup", "desk.tar", PATH="/nowhere")
    assert line.startswith("The database cannot be used: pg_dump is not on the PATH. Install ")
    assert sorted(path.name for path in on_postgres.folder.iterdir() if "desk" in path.name) == []


# -- what is refused ---------------------------------------------------------------------


def test_what_a_backup_refuses(place: Place, backed_up: Place) -> None:
    """No desk, a file that is there, a folder that is not: one sentence, and nothing is made or changed."""
    (line,) = place.refused("backup", "desk.tar")
    assert line.startswith(f"{place.data}/switchboard.db: not found, so there is nothing to back up. ")
    assert not place.data.exists()
    place.add()
    (place.folder / "desk.tar").write_text("precious")
    (line,) = place.refused("backup", "desk.tar")
    assert line.startswith("desk.tar: already exists. ")
    assert (place.folder / "desk.tar").read_text() == "precious"
    (line,) = place.refused("backup", "nowhere/desk.tar")
    assert line == "nowhere/desk.tar: No such file or directory."


def test_only_an_empty_place_will_do(place: Place) -> None:
    """Neither a folder with a desk, nor one that a server holds; what is there stays as it is."""
    place.add()
    place.done("backup", "desk.tar")
    before = (place.data / "switchboard.db").read_bytes()
    (line,) = place.refused("restore", "desk.tar")
    assert line.startswith(f"{place.data}: not empty (secret, switchboard.db")
    assert (place.data / "switchboard.db").read_bytes() == before
    empty = place.folder / "empty"
    empty.mkdir()
    with place.serving("serve", "--port", "0", "--data", str(empty)) as served:
        for path in empty.iterdir():
            if path.name != "server.lock":
                path.unlink()
        (line,) = place.refused("restore", "desk.tar", "--data", str(empty))
        assert line.startswith(f"{empty}: a server already uses this folder (process {served.process.pid}).")
    assert {path.name for path in empty.iterdir()} == {"server.lock"}


def test_what_was_given_up_is_cleared_away(backed_up: Place, place: Place) -> None:
    """A restore that was killed half way keeps nobody from the next one."""
    folder = place.folder / "restored"
    (folder / ".restoring").mkdir(parents=True)
    (folder / ".restoring" / "switchboard.db").write_text("half")
    place.done("restore", str(backed_up.folder / "desk.tar"), "--data", str(folder))
    assert {path.name for path in folder.iterdir()} == {"secret", "switchboard.db", "server.lock"}


def test_what_is_no_backup_at_all(place: Place) -> None:
    """No file, a folder, something else."""
    (line,) = place.refused("restore", "nothing.tar")
    assert line == "nothing.tar: No such file or directory."
    (line,) = place.refused("restore", ".")
    assert line == ".: Is a directory."
    shutil.copy(place.folder / "hours.yaml", place.folder / "other.tar")
    (line,) = place.refused("restore", "other.tar")
    assert line.startswith("other.tar: not a backup made by")
    assert not place.data.exists()
