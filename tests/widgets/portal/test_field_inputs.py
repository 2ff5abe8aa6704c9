"""Custom fields on the pages of customers."""

from __future__ import annotations

from ticketing.custom_fields import CustomField
from widgets.portal.field_inputs import shown


def test_number_keeps_its_digits_in_each_language() -> None:
    field = CustomField(key="rate", kind="number", labels={"en": "Rate"})
    values = {language: shown([field], {"rate": 1234.56789}, language)[0][1] for language in ("en", "es")}
    assert values == {"en": "1234.56789", "es": "1234,56789"}
