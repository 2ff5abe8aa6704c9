"""Staff keep notes about customers."""

from __future__ import annotations

from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined


async def test_notes_about_a_customer_are_for_all_staff_who_see_them_and_go_with_a_removal() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo = await available(place, "Priya"), await joined(place, "Mateo")
        wei = await joined(place, "Wei", "prod")
        ines = await joined(place, "Ines", role="supervisor")
        customer, _ = await begun(place)
        path = f"/api/people/{customer.greeting['visitor']}/notes"
        written = await place.http(priya.token).post(path, json={"text": " Prefers mail, card 4111 1111 1111 1111 "})
        (note,) = written.json()["notes"]
        assert (note["by"], note["may_remove"]) == ("Priya", True)
        assert note["text"].startswith("Prefers mail, card") and note["text"].endswith("1111")
        assert "4111 1111" not in note["text"]
        (read,) = (await place.http(mateo.token).get(path)).json()["notes"]
        assert (read["id"], read["may_remove"]) == (note["id"], False)
        own = f"{path}/{note['id']}"
        assert [(await place.http(one.token).delete(own)).status_code for one in (wei, mateo)] == [404, 403]
        assert (await place.http(mateo.token).post(path, json={"text": "  "})).status_code == 422
        assert (await place.http(ines.token).delete(own)).json() == {"notes": []}
        assert (await place.http(priya.token).delete(own)).status_code == 404
