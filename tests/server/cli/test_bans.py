"""`switchboard ban`, as people run it."""

from __future__ import annotations

import pytest

from tests.server.cli.place import Place


def test_block_is_added_listed_and_lifted(place: Place) -> None:
    """Networks have one form. A block is lifted by the id that the list shows."""
    made = place.done("ban", "add", "--network", "192.0.2.77/24", "--hours", "24", "--reason", "A flood")
    place.done("ban", "add", "--customer", "0198c0de", "--hours", "720")
    id_, kind, subject, until = made.strip().split("\t")
    assert (kind, subject) == ("network", "192.0.2.0/24") and until.startswith("until ")
    listed = place.done("ban", "list").splitlines()
    assert len(listed) == 2 and listed[1] == f"{made.strip()}\t0 refused\tA flood"
    assert place.done("ban", "lift", id_).strip() == "network 192.0.2.0/24 is no longer blocked."
    assert [line.split("\t")[2] for line in place.done("ban", "list").splitlines()] == ["0198c0de"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "--hours", "1"), "Give one of --network, --customer and --sender"),
        (
            ("add", "--hours", "1", "--network", "192.0.2.7", "--customer", "x"),
            "Give one of --network, --customer and --sender",
        ),
        (("add", "--hours", "1", "--network", "192.0.0.0/15"), "192.0.0.0/15 is too wide. Block a /16 or smaller."),
        (("add", "--hours", "1", "--network", "here"), "'here' is not an IP address or network"),
        (("add", "--hours", "721", "--network", "192.0.2.7"), "A block lasts 1 to 720 hours"),
        (("lift", "nothing"), "There is no such block"),
    ],
)
def test_bad_block_is_refused_in_one_sentence(place: Place, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in "".join(place.refused("ban", *words))
    assert place.done("ban", "list") == ""
