"""The running server: one process, one socket, uvicorn around the application."""

from __future__ import annotations

import errno
import fcntl
import gc
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from chat.frames import FRAME_MAX
from server.edge.connections import Connections, ServingConfig, most_connections
from server.edge.http_transport import KEEP_ALIVE_S, SwitchboardHttpProtocol
from server.edge.transport import SwitchboardProtocol
from server.operations import logs
from server.operations.faults import Faults
from server.settings import Settings

BACKLOG = 2_048
TELL_TICKS = 600
"""Ticks of uvicorn, 0.1 s each, after which left out tracebacks are told of."""
GRACE_S = 6
"""Seconds in which connections finish after the first signal; with `server.live.desk.CLOSE_S`, gone within 15."""


class CannotServe(Exception):
    """The server cannot start as it was asked to; the text is a sentence for people."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises CannotServe where the address is not ours or the port is taken."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise CannotServe(f"--host {host}: not an address of this machine, such as 127.0.0.1 or 0.0.0.0") from None
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotServe(_why_not(error, host, port)) from None
    return listening


def address_of(listening: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the data folder, made if need be, so that no second server uses it. Raises CannotServe where one does,
    or where it cannot be made."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (settings.data / "server.lock").open("a+")
    except OSError as error:
        raise CannotServe(f"{settings.data}: {error.strerror}: a folder that this user may write to") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(
                f"{settings.data}: a server uses this folder already{_number(lock.name)}. Stop it first, "
                "or name another folder with --data."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def is_served(settings: Settings) -> bool:
    """Does a server use the data folder just now?"""
    try:
        with (settings.data / "server.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def run(app: ASGIApp, settings: Settings, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal says to stop; a second one stops at once. `ready` is called once requests are answered."""
    faults = logs.configure()
    _allow_files()
    _Server(config_of(app, settings), ready, faults).run(sockets=[listening])


def config_of(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application: our protocols, and no limit left as it comes."""
    config = ServingConfig(
        app, loop="uvloop", http=SwitchboardHttpProtocol, ws=SwitchboardProtocol, ws_max_size=FRAME_MAX,
        ws_per_message_deflate=False, ws_ping_interval=None, lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(network) for network in settings.trusted_proxies],
        backlog=BACKLOG, timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=KEEP_ALIVE_S,
    )  # fmt: skip
    config.held = Connections(
        idle=None if settings.rate_limits.off else settings.rate_limits.idle,
        most=most_connections(),
        trusted=settings.trusted_proxies,
    )
    return config


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], faults: Faults) -> None:
        super().__init__(config)
        self._ready = ready
        self._faults = faults

    async def on_tick(self, counter: int) -> bool:
        if counter % TELL_TICKS == 0:
            logs.tell_left_out(self._faults)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there after the start stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        self._ready()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with self.capture_signals():
            await self._serve(sockets)
            logs.tell_left_out(self._faults)
            # A server that was told to stop, and did, has not been killed by it.
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = True
        super().handle_exit(sig, frame)


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: taken on {host}. End the program that holds it, or choose another."
    if error.errno == errno.EACCES:
        return f"--port {port}: this user may not open it. Ports from 1024 on are free to all."
    return f"--host {host}: {error.strerror}. Choose an address of this machine, such as 127.0.0.1."


def _number(lock: str) -> str:
    try:
        number = Path(lock).read_text().strip()
    except OSError:
        number = ""
    return f" (process {number})" if number.isdigit() else ""


def _allow_files() -> None:
    """A connection is an open file: as many as this user may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
