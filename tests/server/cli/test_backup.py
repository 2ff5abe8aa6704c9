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
from tests.server.cli.place import Place
from tests.servers import postgres

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with ada@desk.example, and a backup of it, `desk.tar`, which no test changes."""
    place = Place(tmp_path_factory.mktemp("backed-up"))
    place.add()
    place.done("backup", "desk.tar")
    return place


def restored(place: Place, *words: str) -> Path:
    folder = place.folder / "restored"
    place.done("restore", "desk.tar", "--data", str(folder), *words)
    return folder


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "switchboard.db")) as database:
        return list(database.execute(query))


# -- there and back ----------------------------------------------------------------------


def test_backup_is_private_and_contains_checksums(backed_up: Place) -> None:
    """A plain tar with mode 0600 that ends with `SHA256SUMS`. No temporary file remains."""
    file = backed_up.folder / "desk.tar"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["manifest.json", "secret", "switchboard.db", "SHA256SUMS"]
    assert not [path for path in backed_up.folder.iterdir() if path.name.startswith(".desk.tar")]


def test_restore_revokes_sessions_and_keeps_everything_else(place: Place) -> None:
    """Passwords stay valid too, and the secret. The restored desk is private, and has a new epoch, an audit line and no
    temporary files."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed=PASSWORD)
    token = place.done("token", "create", "--email", "ada@desk.example").strip()
    with place.serving() as served:
        cookie = served.sign_in("ada@desk.example", PASSWORD)
        assert served.status("/api/me", Cookie=cookie) == 200
        said = place.done("backup", "desk.tar")
        assert said.startswith("desk.tar: the desk as of ")
    folder = restored(place)
    assert (folder / "secret").read_bytes() == (place.data / "secret").read_bytes()
    query = "SELECT value FROM meta WHERE key = 'epoch'"
    assert rows(folder, query) != rows(place.data, query)
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("", "secret", "switchboard.db")]
    assert modes == [0o700, 0o600, 0o600]
    assert {path.name for path in folder.iterdir()} == {"secret", "switchboard.db", "server.lock"}
    with place.serving("--data", str(folder)) as served:
        assert served.status("/api/me", Cookie=cookie) == 401
        assert served.status("/api/me", Authorization=f"Bearer {token}") == 200
        assert served.sign_in_status("ada@desk.example", PASSWORD) == 200
    assert rows(folder, "SELECT actor_kind, thing FROM audit WHERE verb = 'restore'") == [("system", "desk")]


def test_restore_migrates_an_older_database(place: Place) -> None:
    """The backup does not migrate the original."""
    place.add()
    with closing(sqlite3.connect(place.data / "switchboard.db")) as database:
        newest = database.execute("SELECT version_num FROM alembic_version").fetchone()
    (place.data / "switchboard.db").unlink()
    upgrade(f"sqlite:///{place.data / 'switchboard.db'}", "0003")
    place.done("backup", "desk.tar")
    assert rows(place.data, "SELECT version_num FROM alembic_version") == [("0003",)]
    assert rows(restored(place), "SELECT version_num FROM alembic_version") == [newest]


def test_secret_from_the_environment_is_not_backed_up(shell: Place, place: Place) -> None:
    """Both commands say so."""
    for one in (shell, place):
        one.env["SWITCHBOARD_SECRET"] = "s" * 40
    place.add()
    assert "does not contain SWITCHBOARD_SECRET" in shell.done("backup", "desk.tar")
    said = place.done("restore", "desk.tar", "--data", str(place.folder / "restored"))
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
def test_postgres_backup_is_restored_into_an_empty_database(on_postgres: Place) -> None:
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
        with place.serving("--data", str(place.folder / "restored")) as served:
            assert served.sign_in_status("ada@desk.example", PASSWORD) == 200


@pytest.mark.scaled
def test_postgres_backup_without_pg_dump_is_refused(on_postgres: Place) -> None:
    """The error says what to install. No file is left behind."""
    (line,) = on_postgres.refused("backup", "desk.tar", PATH="/nowhere")
    assert line.startswith("Cannot use the database: pg_dump is not on the PATH. Install ")
    assert sorted(path.name for path in on_postgres.folder.iterdir() if "desk" in path.name) == []


# -- what is refused ---------------------------------------------------------------------


def test_backup_without_desk_or_usable_target_is_refused(place: Place, backed_up: Place) -> None:
    """The target exists already, or its folder does not. Nothing is created or changed."""
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


def test_restore_into_a_folder_in_use_is_refused(place: Place) -> None:
    """It has files, or a running server uses it. Existing files stay unchanged."""
    place.add()
    place.done("backup", "desk.tar")
    before = (place.data / "switchboard.db").read_bytes()
    (line,) = place.refused("restore", "desk.tar")
    assert line.startswith(f"{place.data}: not empty (secret, switchboard.db")
    assert (place.data / "switchboard.db").read_bytes() == before
    empty = place.folder / "empty"
    empty.mkdir()
    with place.serving("--data", str(empty)) as served:
        for path in empty.iterdir():
            if path.name != "server.lock":
                path.unlink()
        (line,) = place.refused("restore", "desk.tar", "--data", str(empty))
        assert line.startswith(f"{empty}: a server already uses this folder (process {served.process.pid}).")
    assert {path.name for path in empty.iterdir()} == {"server.lock"}


def test_restore_cleans_up_after_an_interrupted_one(backed_up: Place, place: Place) -> None:
    """A killed restore does not block the next one."""
    folder = place.folder / "restored"
    (folder / ".restoring").mkdir(parents=True)
    (folder / ".restoring" / "switchboard.db").write_text("half")
    place.done("restore", str(backed_up.folder / "desk.tar"), "--data", str(folder))
    assert {path.name for path in folder.iterdir()} == {"secret", "switchboard.db", "server.lock"}


def test_restore_of_a_non_backup_is_refused(place: Place) -> None:
    (line,) = place.refused("restore", "nothing.tar")
    assert line == "nothing.tar: No such file or directory."
    (line,) = place.refused("restore", ".")
    assert line == ".: Is a directory."
    shutil.copy(place.folder / "hours.yaml", place.folder / "other.tar")
    (line,) = place.refused("restore", "other.tar")
    assert line.startswith("other.tar: not a backup made by")
    assert not place.data.exists()


def test_help_of_restore_says_what_must_be_empty(place: Place) -> None:
    said = " ".join(place.done("restore", "--help").split())
    assert "an empty data folder. If the desk uses PostgreSQL, its database must be empty too." in said
