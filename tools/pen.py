"""Tries a desk from outside: own hostile requests, schemathesis, and wapiti if it is installed.

    python -m tools.pen --report dist/pen.md

It starts a demo desk itself, in a folder of its own, and attacks nothing else: any address outside 127.0.0.0/8 is
refused, and so is one where something listens already. It ends with 1 if it finds anything.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Network, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

_OURS = IPv4Network("127.0.0.0/8")
_START_S = 900
_LINE = 200
_SWITCHBOARD = (sys.executable, "-c", "from server.cli import main; main()")
_PAGES = ("/", "/sign-in", "/sign-up", "/status", "/submit", "/learning", "/articles")
_HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy")
_TRAVERSALS = (
    "/static/../secret",
    "/static/%2e%2e/%2e%2e/secret",
    "/static/..%5c..%5csecret",
    "/articles/files/..%2f..%2fsecret",
    "/static//etc/passwd",
)
_ROOT = Path(__file__).resolve().parents[1]
_WAPITI = _ROOT / ".venv-pen" / "bin" / "wapiti"
# Not `ssrf`, `xxe` and `log4shell`: they ask a server on the Internet what reached it.
_MODULES = "backup,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,xss"
_EXPECTED = frozenset({"Clickjacking Protection", "Secure Flag cookie"})
"""What wapiti says of this desk with good reason: `frame-ancestors` in the CSP is in place of `X-Frame-Options`, and
the desk is served without TLS here."""
_PEOPLE = ("priya@support.example", "tobias@support.example")
"""An agent and an admin of the demo."""
_CUSTOMER = "r.subramanian@northlake.example"
_PASSWORD = "open all hours"

Found = tuple[Sequence[str], str]
"""What is wrong, and a remark."""


class NotOurs(Exception):
    """The address is not one of this machine, or another program listens there."""


def checked(url: str) -> str:
    """The address, if it is in 127.0.0.0/8. Raises NotOurs for any other, also for names."""
    parts = urlsplit(url)
    try:
        ours = parts.scheme == "http" and ip_address(parts.hostname or "") in _OURS
    except ValueError:
        ours = False
    if not ours or parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise NotOurs(f"{url}: only desks on 127.0.0.0/8 are tried.")
    return url.rstrip("/")


def free(url: str) -> str:
    """The address with a port that nothing listens on. A port that is given is kept. Raises NotOurs if it is taken."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, parts.port or 0))
        except OSError:
            raise NotOurs(f"{url}: something listens there already. `make pen` tries only what it started.") from None
        return f"http://{host}:{tried.getsockname()[1]}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="pen", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--report", type=Path, default=Path("dist/pen.md"))
    parser.add_argument("--url", default="http://127.0.0.1", help="where the desk is started; without a port, any")
    parser.add_argument("--examples", type=int, default=2, help="examples of each call for schemathesis")
    parser.add_argument("--seconds", type=int, default=300, help="most time for each of the five runs of a program")
    given = parser.parse_args(words)
    try:
        url = free(checked(given.url))
    except NotOurs as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="pen-") as name, desk(url, Path(name)):
        folder = Path(name)
        parts: dict[str, Found] = {"Own requests": (own_checks(url), "")}
        for person in ("", *_PEOPLE):
            proof = _token(folder, person) if person else None
            said = _schemathesis(url, folder, given.examples, given.seconds, proof)
            parts[f"schemathesis, as {person or 'a stranger'}"] = said
        for person in ("", _CUSTOMER):
            parts[f"wapiti, as {person or 'a stranger'}"] = _wapiti(url, folder, given.seconds, person)
        parts["The log of the desk"] = (faults_of((folder / "log").read_text("utf-8", "replace")), "")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(report(url, parts), "utf-8")
    findings = [f"{name}: {one}" for name, (found, _) in parts.items() for one in found]
    remarks = [f"{name}: {remark}" for name, (_, remark) in parts.items() if remark]
    sys.stdout.write("".join(f"{line[:_LINE]}\n" for line in (*remarks, *findings)))
    sys.stdout.write(f"{given.report}: {len(findings)} finding{'' if len(findings) == 1 else 's'}.\n")
    return 1 if findings else 0


def report(url: str, parts: Mapping[str, Found]) -> str:
    lines = [f"# Tried from outside: {url}", ""]
    for name, (found, remark) in parts.items():
        lines += [f"## {name}", "", *([remark, ""] if remark else [])]
        lines += [*(f"- {one}" for one in found or ("Nothing found.",)), ""]
    return "\n".join(lines)


# -- the desk ---------------------------------------------------------------------------


@contextmanager
def desk(url: str, folder: Path) -> Iterator[None]:
    """A demo with this address while the block runs."""
    command = [*_SWITCHBOARD, "demo", "--port", str(urlsplit(url).port)]
    with (folder / "log").open("wb") as out:
        started = subprocess.Popen(
            command, cwd=folder, env=_of_desk(folder), stdout=out, stderr=out, start_new_session=True
        )
    try:
        until = time.monotonic() + _START_S
        while not _answers(url):
            if started.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The demo does not start:\n{(folder / 'log').read_text()[-2_000:]}")
            time.sleep(0.5)
        yield
    finally:
        _end(started)


def faults_of(log: str) -> list[str]:
    """The lines of the desk's log about internal errors."""
    return [line[:500] for line in log.splitlines() if "request_failed" in line or "Traceback" in line]


def _token(folder: Path, email: str) -> str:
    scopes = [word for scope in ("read", "write", "export", "scim") for word in ("--scope", scope)]
    data = next(path.parent for path in (folder / "data").rglob("switchboard.db"))
    command = [*_SWITCHBOARD, "token", "create", "--email", email, *scopes, "--data", str(data)]
    ended = subprocess.run(
        command, cwd=folder, env=_of_desk(folder), capture_output=True, text=True, timeout=_START_S, check=True
    )
    return ended.stdout.split()[-1]


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/healthz", timeout=2, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def _environment(folder: Path) -> dict[str, str]:
    """Of the desk and of the programs that try it. They start in `folder`, where no `.env` names another database,
    mail server or language model."""
    # A proxy would send the requests to its own 127.0.0.1.
    left_out = re.compile(r"SWITCHBOARD_.*|.*_PROXY", re.IGNORECASE)
    kept = {name: value for name, value in os.environ.items() if not left_out.fullmatch(name)}
    # The limits are tested on their own: here they would only keep requests away from the desk.
    return {**kept, "XDG_DATA_HOME": str(folder / "data"), "SWITCHBOARD_RATE_LIMITS": "off"}


def _of_desk(folder: Path) -> dict[str, str]:
    return {**_environment(folder), "PYTHONPATH": str(_ROOT)}


def _end(started: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(started.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            started.wait(30)
            return


# -- own requests -----------------------------------------------------------------------


def own_checks(url: str) -> list[str]:
    """What is wrong with the answers to a stranger."""
    checks: Sequence[Callable[[httpx2.Client], Iterator[str]]] = (
        _headers,
        _other_hosts,
        _other_origins,
        _traversals,
        _methods,
        _closed_calls,
        _bad_bodies,
    )
    with httpx2.Client(base_url=url, follow_redirects=False, timeout=30, trust_env=False) as http:
        return [found for check in checks for found in check(http)]


def _headers(http: httpx2.Client) -> Iterator[str]:
    for page in _PAGES:
        answer = http.get(page)
        if answer.status_code >= 500:
            yield f"{page}: {answer.status_code}"
        for name in _HEADERS:
            if answer.status_code == 200 and name not in answer.headers:
                yield f"{page}: no {name}"


def _other_hosts(http: httpx2.Client) -> Iterator[str]:
    for path in ("/", "/sign-in/", "/api/hours", "/scim/v2/Users"):
        answer = http.get(path, headers={"Host": "evil.example"})
        if answer.status_code != 421 or "evil.example" in answer.headers.get("location", ""):
            yield f"{path} with Host: evil.example: {answer.status_code}"


def _other_origins(http: httpx2.Client) -> Iterator[str]:
    body = {"email": "tobias@support.example", "password": _PASSWORD}
    for origin in ("http://evil.example", "null", "https://127.0.0.1"):
        answer = http.post("/api/session", json=body, headers={"Origin": origin})
        if answer.status_code < 400 or "set-cookie" in answer.headers:
            yield f"POST /api/session with Origin: {origin}: {answer.status_code}"


def _traversals(http: httpx2.Client) -> Iterator[str]:
    for path in _TRAVERSALS:
        answer = http.get(path)
        if answer.status_code not in (303, 307, 400, 404):
            yield f"{path}: {answer.status_code}"


def _methods(http: httpx2.Client) -> Iterator[str]:
    for method in ("TRACE", "PUT", "DELETE", "MOVE"):
        for path in ("/sign-in", "/static/nothing.css", "/api/hours", "/scim/v2/Schemas"):
            answer = http.request(method, path)
            if not 400 <= answer.status_code < 500:
                yield f"{method} {path}: {answer.status_code}"
            elif answer.status_code == 405 and "allow" not in answer.headers:
                yield f"{method} {path}: 405 without Allow"


def _closed_calls(http: httpx2.Client) -> Iterator[str]:
    """Every call that the description keeps for somebody refuses a stranger."""
    described = http.get("/api/openapi.json").json()
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            if not isinstance(call, dict) or not call.get("security") or {} in call["security"]:
                continue
            answer = http.request(method.upper(), path.replace("{", "").replace("}", ""))
            if not 400 <= answer.status_code < 500:
                yield f"{method.upper()} {path} without a proof: {answer.status_code}"


def _bad_bodies(http: httpx2.Client) -> Iterator[str]:
    bodies = (b"{", b"[" * 10_000, b'{"email": "\\ud800"}', b"\x00", b'{"email": 1e999}', b"null", b"\xff" * 200_000)
    for path in ("/api/session", "/scim/v2/Users", "/api/tickets"):
        for body in bodies:
            answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
            if answer.status_code >= 500 or "Traceback" in answer.text:
                yield f"POST {path} with {body[:20]!r}: {answer.status_code}"


# -- programs ---------------------------------------------------------------------------


def _schemathesis(url: str, folder: Path, examples: int, seconds: int, token: str | None) -> Found:
    """Only answers of a server that failed count: what callers may do is the matrix's."""
    (folder / "schemathesis.toml").write_text("color = false\n")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml")]
    command += ["run", f"{url}/api/openapi.json", "--continue-on-failure"]
    command += ["--checks", "not_a_server_error", "--max-examples", str(examples), "--phases", "fuzzing"]
    command += ["--exclude-path-regex", "^/(readyz|metrics)|/wire"]
    if token is not None:
        command += ["-H", f"Authorization: Bearer {token}"]
    code, said = _run(command, folder, seconds)
    failed = re.findall(r"^_+ (\S+ /\S*) _+$", said, re.MULTILINE)
    if code not in (0, None) and not failed:
        failed = [" ".join(said.split())[-500:]]
    return failed, _ended(code, seconds)


def _wapiti(url: str, folder: Path, seconds: int, person: str) -> Found:
    program = str(_WAPITI) if _WAPITI.exists() else shutil.which("wapiti")
    if program is None:
        return [], "Left out: wapiti is not installed (`make pen` installs it)."
    out = folder / "wapiti.json"
    out.unlink(missing_ok=True)
    command = [program, "-u", f"{url}/", "--scope", "domain", "--flush-session", "--no-bugreport", "--endpoint", url]
    # The crawl gets a quarter of the time, and all modules together two thirds.
    attack = max(1, seconds * 2 // 3 // len(_MODULES.split(",")))
    command += ["-m", _MODULES, "--max-scan-time", str(max(1, seconds // 4)), "--max-attack-time", str(attack)]
    command += ["-f", "json", "-o", str(out), "--store-session", str(folder / f"session-{person}"), "-v", "0"]
    if person:
        command += ["-x", f"{url}/sign-out", "-C", _cookie(url, person), "--drop-set-cookie"]
    code, said = _run(command, folder, seconds)
    if not out.exists():
        return [] if code is None else [" ".join(said.split())[-500:]], _ended(code, seconds)
    return list(told(json.loads(out.read_bytes()))), _ended(code, seconds)


def told(report: Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]) -> Iterator[str]:
    """What wapiti found. Slow answers are left out, because they say how busy the machine is, and so is what is right
    for a desk on this machine."""
    for found in (report["vulnerabilities"], report["anomalies"]):
        for kind, cases in found.items():
            if kind != "Resource consumption" and kind not in _EXPECTED:
                yield from (f"{kind}: {one['method']} {one['path']}: {one['info']}" for one in cases)


def _cookie(url: str, email: str) -> str:
    with httpx2.Client(base_url=url, timeout=30, trust_env=False) as http:
        http.post("/api/session", json={"email": email, "password": _PASSWORD}).raise_for_status()
        return ";".join(f"{name}={value}" for name, value in http.cookies.items())


def _run(command: Sequence[str], folder: Path, seconds: int) -> tuple[int | None, str]:
    """How a program ended, and its output. It is ended after `seconds`: then the code is None."""
    with (folder / "said").open("w+b") as out:
        started = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdout=out, stderr=out, start_new_session=True
        )
        code = None
        try:
            code = started.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end(started)
        out.seek(0)
        return code, out.read().decode("utf-8", "replace")


def _ended(code: int | None, seconds: int) -> str:
    return f"Ended after {seconds} s, before it was through." if code is None else "Ran to its end."


if __name__ == "__main__":
    sys.exit(main())
