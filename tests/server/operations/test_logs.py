"""`server.operations.logs`: what is on standard error is one JSON object a line, whoever said it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from clock import system_clock
from identity import visitors
from tests.faults.server import ServerProcess, free_port
from tests.running import DEADLINE_S

SAYS = """
import gc, logging, sys, threading, warnings
import structlog
from server.operations import logs
logs.configure()
structlog.get_logger().warning("ours", one=1)
logging.getLogger("asyncio").error("a library\\n{\\"forged\\": true}")
logging.getLogger("uvicorn.error").warning("long " + "x" * 5000)
logging.getLogger("python_multipart").warning("what a stranger sent")
warnings.warn("a warning")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("failed")
    structlog.get_logger().exception("ours failed")
class Loud:
    def __del__(self):
        raise KeyError("gone")
Loud()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
"""

SAYS_OFTEN = """
import logging
import structlog
from server.operations import logs
moment = 0
faults = logs.configure(clock=lambda: moment)
def fail(number):
    try:
        raise KeyError(number)
    except KeyError as error:
        structlog.get_logger().exception("command_failed")
        structlog.get_logger().error("not_ended", exc_info=True)
        logs.request_failed(error, "POST", "/api/files")
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    try:
        raise KeyError(number)
    except KeyError as error:
        logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=error)
for number in range(50):
    fail(number)
structlog.get_logger().error("without", error="KeyError")
logs.log_left_out(faults)
logs.log_left_out(faults)
moment = 60_000
fail(50)
"""


def test_every_log_entry_is_one_json_object_per_line() -> None:
    """Our own entries, those of libraries, warnings and uncaught errors, with their tracebacks."""
    said = subprocess.run([sys.executable, "-P", "-c", SAYS], stderr=subprocess.PIPE, check=True).stderr.decode()
    lines = [json.loads(line) for line in said.splitlines()]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    events = [line["event"] for line in lines]
    assert events[0] == "ours" and events[1] == 'a library\n{"forged": true}' and len(events[2]) == 1_000
    assert "what a stranger sent" not in said
    assert "a warning" in events[3]
    failed = {line["event"]: line["exception"] for line in lines if "exception" in line}
    assert failed.keys() == {"failed", "ours failed", "unraisable", "thread_failed"}
    assert all("Error" in trace for trace in failed.values())


def test_repeated_fault_does_not_fill_the_log() -> None:
    """One traceback per place and minute, then the number of the others. A failed request is one line."""
    said = subprocess.run([sys.executable, "-P", "-c", SAYS_OFTEN], stderr=subprocess.PIPE, check=True).stderr.decode()
    lines = [json.loads(line) for line in said.splitlines()]
    failed = ["command_failed", "not_ended", "request_failed", "Task exception was never retrieved"]
    left_out = [line for line in lines if line["event"] == "faults_left_out"]
    others = [line["event"] for line in lines if line not in left_out]
    assert others == [*failed, "without", *failed]
    assert [(line["of"], line["left_out"]) for line in left_out] == [
        ("command_failed", 49),
        ("not_ended", 49),
        ("request_failed", 49),
        ("asyncio", 49),
    ]
    assert all("KeyError" in line["place"] for line in left_out)
    request = next(line for line in lines if line["event"] == "request_failed")
    assert (request["method"], request["path"], request["error"]) == ("POST", "/api/files", "KeyError")
    assert "Traceback" in request["exception"]


@pytest.mark.faults
async def test_client_data_is_not_quoted_in_the_log(tmp_path: Path) -> None:
    """Such as a bad boundary, an oversized picture and garbage instead of HTTP. Every line is JSON."""
    server = ServerProcess(tmp_path / "data", free_port())
    await server.start()
    try:
        secret = (tmp_path / "data" / "secret").read_bytes().strip()
        token = visitors.issue(secret, "0190a5b0-0000-7000-8000-000000000001", system_clock())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=x"}
        async with httpx2.AsyncClient(
            base_url=server.url, headers=headers, trust_env=False, verify=False, timeout=DEADLINE_S
        ) as http:
            bad = await http.post("/api/files", content=b"--y canary\r\n")
            assert bad.status_code == 400
            huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (7000).to_bytes(4) * 2 + b"\x08\x02\0\0\0" + b"canary" * 9
            body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="canary.png"\r\n\r\n' + huge
            assert (await http.post("/api/files", content=body + b"\r\n--x--\r\n")).status_code == 422
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"canary canary\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        assert await server.end(signal.SIGTERM) == 0
    finally:
        server.close()
    lines = [
        line for line in server.log().splitlines() if not line.startswith(("Switchboard is ready", "SWITCHBOARD_"))
    ]
    assert "canary" not in server.log() and "boundary" not in server.log()
    assert all(json.loads(line)["event"] for line in lines)
