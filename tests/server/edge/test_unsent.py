from __future__ import annotations

from server.edge.unsent import Unsent


class Slow:
    def __init__(self, unsent: int) -> None:
        self.unsent = unsent
        self.is_cut = False

    def cut(self) -> None:
        self.is_cut = True


def test_new_connection_that_is_too_much_is_cut_while_another_network_waits() -> None:
    """The other network has more than all may have, and its only connection stays."""
    unsent = Unsent(most=64, most_of_all=256)
    first, second = Slow(300), Slow(400)
    unsent.blocked(first, "A")
    unsent.blocked(second, "B")
    assert second.is_cut and not first.is_cut
