"""The order of a playlist: what is required comes first, then what is shorter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from learning.catalogue import Resource


def in_order(chosen: Iterable[Resource], catalogue: Mapping[str, Resource]) -> list[Resource]:
    """The chosen resources, each once, with prerequisites first and shorter ones before longer ones.

    A prerequisite also counts if it is not chosen itself: what it requires comes first too. `catalogue` has all
    resources by their sources. Prerequisites in a circle are ignored.
    """
    left = {one.source: one for one in chosen}
    before = {source: _required(one, left, catalogue) for source, one in left.items()}
    after: dict[str, list[str]] = {source: [] for source in left}
    for source, required in before.items():
        for other in required:
            after[other].append(source)
    ordered = list[Resource]()
    free = [_rank(one) for one in left.values() if not before[one.source]]
    heapify(free)
    while left:
        if not free:
            # Only a circle is left. The shortest of it goes first.
            free = [min(_rank(one) for one in left.values())]
        source = heappop(free)[-1]
        if source not in left:
            continue
        ordered.append(left.pop(source))
        for other in after[source]:
            before[other].discard(source)
            if not before[other] and other in left:
                heappush(free, _rank(left[other]))
    return ordered


def circle_in(resources: Mapping[str, Resource]) -> list[str]:
    """The sources of resources that require each other in a circle. Empty if there is no circle."""
    state = dict[str, bool]()
    for start in resources:
        path, stack = list[str](), [(start, False)]
        while stack:
            source, leaving = stack.pop()
            if leaving:
                state[source] = True
                path.pop()
            elif source in state:
                if not state[source]:
                    return path[path.index(source) :]
            elif source in resources:
                state[source] = False
                path.append(source)
                stack.append((source, True))
                stack.extend((one, False) for one in resources[source].requires)
    return []


def moved(items: list[int], item: int, to: int) -> list[int]:
    """The items with one of them at the place `to`, from 0. A place beyond the ends is the nearest end."""
    if item not in items:
        return items
    rest = [one for one in items if one != item]
    place = max(0, min(to, len(rest)))
    return [*rest[:place], item, *rest[place:]]


def _required(one: Resource, chosen: Mapping[str, Resource], catalogue: Mapping[str, Resource]) -> set[str]:
    found, seen, look = set[str](), {one.source}, list(one.requires)
    while look:
        source = look.pop()
        if source in seen:
            continue
        seen.add(source)
        if source in chosen:
            found.add(source)
        elif source in catalogue:
            look.extend(catalogue[source].requires)
    return found


def _rank(one: Resource) -> tuple[int, int, str, str]:
    return (one.minutes, one.position, one.title, one.source)
