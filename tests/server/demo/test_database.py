"""The database of the demo on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.demo.database import is_prepared, new_database
from server.operations.lock import CannotServe
from server.settings import Settings, load
from storage.migrate import current, newest
from tests.servers import database, postgres

pytestmark = pytest.mark.scaled


@pytest.fixture(params=[False, True], ids=["empty", "of a desk"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with database("postgresql", tmp_path, migrated=request.param) as url:
        yield load(data=tmp_path, database_url=url, secret="a secret of the tests, long enough for it")


@pytest.mark.parametrize("settings", [False], indirect=True)
def test_sample_is_complete_or_made_again(settings: Settings) -> None:
    assert not is_prepared(settings)
    with pytest.raises(KeyboardInterrupt):
        _begin_and_stop(settings)
    assert not is_prepared(settings)
    with new_database(settings):
        pass
    assert is_prepared(settings)


@pytest.mark.parametrize("settings", [True], indirect=True)
def test_database_of_a_desk_is_refused_and_kept(settings: Settings) -> None:
    for prepare in (lambda: is_prepared(settings), lambda: new_database(settings).__enter__()):
        with pytest.raises(CannotServe, match="has something else in it"):
            prepare()
    name = settings.storage_url.partition("?")[0].rpartition("/")[2]
    assert postgres().execute("SELECT count(*) FROM alembic_version", name)[0][0] == 1


def _begin_and_stop(settings: Settings) -> None:
    with new_database(settings) as url:
        assert current(url) == newest()
        raise KeyboardInterrupt
