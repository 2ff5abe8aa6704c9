"""`switchboard people`, as people run it."""

from __future__ import annotations

import zipfile

from server.live.personal_data.erased_list import NAME
from tests.server.cli.place import Place

EMAIL = "dani@northlake.example"


def test_customer_is_exported_and_erased(place: Place) -> None:
    place.done("migrate")
    place.change(
        f"insert into visitors (id, name, email, created_at, last_seen_at) values ('v1', 'Dani Reyes', '{EMAIL}', 1, 1)"
    )
    said = place.done("people", "export", EMAIL)
    assert said.startswith("person.zip: 0 chats, 0 tickets, 1 entry.\n")
    with zipfile.ZipFile(place.folder / "person.zip") as archive:
        assert "Dani Reyes" in archive.read("profile.json").decode()
    assert "already exists" in " ".join(place.refused("people", "export", EMAIL))
    assert "use --yes" in " ".join(place.refused("people", "erase", EMAIL))
    assert "Erased, as " in place.done("people", "erase", EMAIL, "--yes")
    assert place.rows("select name, email from visitors") == [(None, None)]
    assert EMAIL not in (place.data / NAME).read_text() and "v1" in (place.data / NAME).read_text()
    assert place.rows("select verb, thing from audit order by id") == [("export", "person"), ("erase", "person")]
    assert "nothing of a person" in " ".join(place.refused("people", "erase", EMAIL, "--yes"))
