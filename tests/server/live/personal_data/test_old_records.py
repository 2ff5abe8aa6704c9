from __future__ import annotations

from sqlalchemy import Integer, create_engine, event, inspect
from sqlmodel import SQLModel

from server.live.personal_data.old_records import RECORDS, change
from tests.running import Frame


def test_change_of_a_few_rows_finds_them_by_their_keys() -> None:
    """On SQLite, which stores nothing else meanwhile."""
    engine, sent = create_engine("sqlite://"), list[Frame]()

    def keep(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        sent.append({"statement": f"EXPLAIN QUERY PLAN {statement}", "parameters": parameters})

    SQLModel.metadata.create_all(engine)
    with engine.connect() as connection:
        for old in (old for some in RECORDS.values() for old in some):
            keys = inspect(old.row).primary_key
            some = [tuple(n if isinstance(key.type, Integer) else str(n) for key in keys) for n in range(200)]
            event.listen(engine, "before_cursor_execute", keep)
            connection.execute(change(old, 1, some))
            event.remove(engine, "before_cursor_execute", keep)
            first = str(connection.exec_driver_sql(**sent.pop()).first())
            by_key = ("USING INTEGER PRIMARY KEY", f"USING INDEX sqlite_autoindex_{old.row.__tablename__}_")
            assert any(f"SEARCH {old.row.__tablename__} {how}" in first for how in by_key), first
