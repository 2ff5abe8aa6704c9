"""One Chromium for all tests of a process, on one loop; everything else is new for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import Witness, chromium
from tests.browser.desk import HostSite, host_site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with chromium(spares=False) as it:
        yield it


@pytest.fixture
def witness() -> Witness:
    """Who writes down what goes wrong in the pages."""
    return Witness()


@pytest.fixture
def site() -> Iterator[HostSite]:
    """A site that is not ours."""
    with host_site() as it:
        yield it
