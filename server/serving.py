"""The running server: one process, one socket, uvicorn around the application."""

from __future__ import annotations

import errno
import gc
import resource
import socket
from collections.abc import Callable, Sequence
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from chat.frames.fields import FRAME_MAX
from server.edge.connections import Connections, most_connections
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.framing import check_parser
from server.edge.heartbeat import Heartbeat
from server.edge.http_transport import KEEP_ALIVE_S, SwitchboardHttpProtocol
from server.edge.serving_config import ServingConfig
from server.edge.transport import SwitchboardProtocol
from server.operations import logs
from server.operations.lock import CannotServe
from server.operations.traceback_sampling import TracebackSampler
from server.settings import Settings

BACKLOG = 2_048
TELL_TICKS = 600
"""Omitted tracebacks are reported after this many ticks of uvicorn, 0.1 s each."""
GRACE_S = 6
"""Seconds for connections to finish after the first signal.

Together with `server.live.desk.CLOSE_S`, this is less than 15 s.
"""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on this address.

    Raises CannotServe if the address does not belong to this machine, or if the port cannot be used.
    """
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
    """The URL to open in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: ASGIApp,
    settings: Settings,
    listening: socket.socket,
    ready: Callable[[], None],
    besides: Sequence[socket.socket] = (),
) -> None:
    """Serve until a signal stops the server. The first signal lets connections finish, a second one stops the server at
    once.

    `ready` is called as soon as the server answers requests. `besides` are more sockets to listen on.
    """
    check_parser()
    faults = logs.configure()
    _allow_files()
    _Server(config_of(app, settings), ready, faults).run(sockets=[listening, *besides])


def config_of(app: ASGIApp, settings: Settings, deadlines: Deadlines = DEADLINES) -> ServingConfig:
    """uvicorn's configuration with our protocols, and every limit set explicitly."""
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
    config.deadlines = deadlines
    config.heartbeat = Heartbeat(deadlines.heartbeat_s)
    return config


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], tracebacks: TracebackSampler) -> None:
        super().__init__(config)
        self._ready = ready
        self._tracebacks = tracebacks

    async def on_tick(self, counter: int) -> bool:
        if counter % TELL_TICKS == 0:
            logs.log_left_out(self._tracebacks)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What exists after the start stays: the garbage collector can skip it from now on.
        gc.collect()
        gc.freeze()
        gc.enable()
        self._ready()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with self.capture_signals():
            await self._serve(sockets)
            logs.log_left_out(self._tracebacks)
            # A server that stopped as requested was not killed by the signal.
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = True
        super().handle_exit(sig, frame)


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: in use on {host}. Stop the program that uses it, or choose another port."
    if error.errno == errno.EACCES:
        return f"--port {port}: not allowed for this user. Choose a port from 1024 on."
    return f"--host {host}: {error.strerror}. Choose an address of this machine, such as 127.0.0.1."


def _allow_files() -> None:
    """Raise the limit of open files to the maximum: every connection needs one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
