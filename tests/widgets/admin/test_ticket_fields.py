from __future__ import annotations

from ticketing.custom_fields import CustomField
from widgets.admin.ticket_fields import gone


def test_form_of_a_field_keeps_teams_and_products_that_are_gone() -> None:
    field = CustomField(key="a", kind="text", labels={"en": "A"}, teams=["old", "media"], products=["Spectra", "Past"])
    assert gone(field, {"media"}, ["Spectra"]) == (["old"], ["Past"])
    assert gone(None, {"media"}, ["Spectra"]) == ([], [])
