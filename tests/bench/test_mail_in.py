from __future__ import annotations

import pytest

from bench import mail_in
from bench.command import Made
from bench.mail_in import KINDS, Measured
from bench.processes import Cores


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Mails of each kind arrive on tickets of a server."""
    measured = mail_in.measure(cores, "sqlite", mails=2)
    assert [(one.kind, len(one.stored), len(one.acted)) for one in measured] == [(kind, 2, 2) for kind in KINDS]


def test_page_compares_the_median_with_its_limit() -> None:
    def page(acted: float) -> str:
        return mail_in.page({"sqlite": [Measured("text", [5.0] * 3, [acted] * 3)]}, Made("command", 0.2, {"code": "x"}))

    assert "| SQLite | text | on its ticket | 3 | 20 ms | 20 ms | 20 ms |" in page(20.0)
    assert "on its ticket: met." in page(20.0) and "on its ticket: missed." in page(301.0)
