"""The time zones that people choose from."""

from __future__ import annotations

import pytest

from widgets.shared.zone_names import choices


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "Chicago (Central Time)"),
        ("fr", "Chicago (heure du centre nord-américain)"),
        ("es", "Chicago (hora central)"),
    ],
)
async def test_zones_are_named_in_the_language_and_each_once(tag: str, name: str) -> None:
    found = await choices(tag, None)
    assert ("America/Chicago", name) in found and ("UTC", "UTC") in found
    assert len({shown for _, shown in found}) == len(found)
    assert not [zone for zone, _ in found if zone.startswith("US/")]


async def test_zones_are_in_alphabetical_order_with_accents_beside_their_letters() -> None:
    names = [name for _, name in await choices("en", None)]
    cities = ("Asunción", "São", "Zurich")
    places = [next(at for at, name in enumerate(names) if name.startswith(city)) for city in cities]
    assert places == sorted(places)


async def test_old_name_of_a_zone_is_offered_if_it_is_chosen() -> None:
    """Browsers still say Asia/Calcutta. What is no zone is left aside."""
    usual = await choices("en", "Europe/Paris")
    assert await choices("en", "Asia/Calcutta") == [("Asia/Calcutta", "Kolkata (India Time)"), *usual]
    assert await choices("en", "Mars/Base") == usual
