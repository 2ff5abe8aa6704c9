"""The sample of the demo, made once for all processes of the tests: it takes 17 s of computing time."""

from __future__ import annotations

import os
import shutil
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from tests import plans
from tests.servers import aside

_READY = "ready"


@pytest.fixture(scope="session")
def demo_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was never started. Tests copy it (`copied`), and change nothing in it."""
    base = tmp_path_factory.getbasetemp()
    # The folder of a process of pytest-xdist is in the folder of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-sample"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        data = folder / "demo"
        if not (folder / _READY).exists():
            shutil.rmtree(data, ignore_errors=True)
            with plans.unwatched():
                aside(lambda: make(data))
            (folder / _READY).touch()
    return data


def make(data: Path) -> None:
    """The sample in the new folder `data`. Not in a running event loop."""
    # This file is a plugin of all tests: most of them do not need the whole program.
    from server import demo
    from server.demo.letters import AUTHSERV_ID, DOMAIN
    from server.demo.sample import HOURS
    from tests.running import GivenSettings

    data.mkdir()
    hours = data / "hours.yaml"
    hours.write_text(HOURS, encoding="utf-8")
    demo.prepare(GivenSettings(data=data, hours=hours, mail_domain=DOMAIN, mail_authserv_id=AUTHSERV_ID))


def copied(sample: Path, to: Path) -> Path:
    """A copy of the sample as the new folder `to`."""
    return shutil.copytree(sample, to)
