"""The color and the icon of each product. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

_HUES = (7, 5, 10, 0, 3, 8, 11, 6, 4, 9)
"""The classes of hues, in the order of the products. The hue of *Technical* is none of them."""
_ICONS = ("chart-gantt", "radio-tower", "sparkle", "layers", "table-2", "calendar-range", "megaphone", "users-round")


@dataclass(frozen=True, slots=True)
class Look:
    hue: str
    icon: str


def look_of(products: Iterable[str]) -> Callable[[str], Look]:
    """A function that returns the look of a product. It depends on the product's place among `products`."""
    places = {product: place for place, product in enumerate(dict.fromkeys(products))}

    def look(product: str) -> Look:
        place = places.get(product, len(places))
        return Look(f"hue-{_HUES[place % len(_HUES)]}", _ICONS[place % len(_ICONS)])

    return look
