"""Training that the desk suggests for a ticket, from its product and its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from learning.catalogue import Resource, Topic
from learning.ordering import in_order
from learning.ports import Listed

SHOWN_MAX = 12
"""Resources that staff choose from."""
CHOSEN_MAX = 4
"""Resources of the playlist that is attached if nobody chooses."""
SESSIONS_MAX = 6
_WORD = re.compile(r"\w{3,}")
_KNOWN_TO_ALL = frozenset(
    re.findall(
        r"\w+",
        """
    about and are but can does doesn don for from get has have how not our that the then there they this was what when
    where which why will with you your
""",
    )
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What staff choose from, best first, and the resources of the playlist that is attached if nobody chooses."""

    resources: Sequence[Resource]
    playlist: Sequence[Resource]
    sessions: Sequence[Listed]


def suggest(
    resources: Sequence[Resource],
    topics: Iterable[Topic],
    sessions: Iterable[Listed],
    product: str | None,
    words: str,
) -> Suggestion:
    """The training on this product. What shares words with the ticket comes first, then what the catalogue lists first.

    `resources` has withdrawn ones too, and `sessions` are those to come. Nothing is suggested for another product.
    """
    names = {topic.source: topic.name for topic in topics}
    wanted = _words(words)
    fitting = [one for one in resources if one.is_published and one.platform in ("", product or "")]
    ranked = sorted(fitting, key=lambda one: (-_shared(one, names, wanted), one.platform == "", one.position, one.id))
    alike = [one for one in ranked if _shared(one, names, wanted)]
    chosen = (alike or [one for one in ranked if product and one.platform == product])[:CHOSEN_MAX]
    series = dict[str, Listed]()
    for listed in sessions:
        if listed.session.platform in ("", product or ""):
            series.setdefault(listed.session.series, listed)
    best = sorted(series.values(), key=lambda one: -len(wanted & _words(f"{one.session.title} {one.session.summary}")))
    playlist = in_order(chosen, {one.source: one for one in resources})
    return Suggestion(ranked[:SHOWN_MAX], playlist, best[:SESSIONS_MAX])


def _shared(one: Resource, names: Mapping[str, str], wanted: Collection[str]) -> int:
    on_topics = " ".join(names.get(topic, "") for topic in one.topics)
    return len(_words(f"{one.title} {one.summary} {on_topics}").intersection(wanted))


def _words(text: str) -> frozenset[str]:
    """The words of a text, without endings for the plural and without those that every text has."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(word.removesuffix("s") for word in found if word not in _KNOWN_TO_ALL)
