from __future__ import annotations

import math
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from attachments.adapters.pictures import redrawing as pictures
from attachments.adapters.pictures.process import COMMAND, PictureProcess
from attachments.adapters.pictures.protocol import PICTURES_MAX
from attachments.adapters.pictures.worker import CPU_S
from attachments.file_types import Format
from clock import system_clock
from identity import visitors
from refusals import Refused
from tests.attachments.samples import picture
from tests.faults.server import ServerProcess, free_port
from tests.running import eventually

pytestmark = pytest.mark.processes

START = "import socket, os\nfrom attachments.adapters.pictures import worker as w\n"
Make = Callable[..., PictureProcess]


@pytest.fixture
def make() -> Iterator[Make]:
    """A process like the server's, or one that runs `script` with the socket `line`."""
    made: list[PictureProcess] = []

    def start(script: str | None = None, deadline_s: float = 30) -> PictureProcess:
        whole = f"{START}line = socket.socket(fileno=os.dup(0))\n{script}"
        command = COMMAND if script is None else (sys.executable, "-P", "-c", whole)
        process = PictureProcess(command, deadline_s)
        made.append(process)
        return process

    yield start
    for process in made:
        process.kill()
        process.end()


def redraws(work: str) -> str:
    """A process that redraws pictures by `work`, with less CPU time than the server's."""
    return f"def redraw(content, format):\n    {work}\nw.limit_process(2.5)\nw.serve(line, redraw, 0.2)\n"


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_one_process_redraws_many_pictures(make: Make) -> None:
    process = make()
    assert process.pid is None
    first = process.redraw(picture(), "PNG")
    pid = process.pid
    assert first.startswith(b"\x89PNG") and process.redraw(picture("JPEG"), "JPEG").startswith(b"\xff\xd8")
    assert process.pid == pid


def test_process_is_replaced_after_the_maximum_of_pictures(make: Make) -> None:
    process = make(redraws("return content"))
    process.redraw(b"x", "PNG")
    first = process.pid
    for _ in range(PICTURES_MAX - 1):
        process.redraw(b"x", "PNG")
    assert first is not None and gone(first)
    process.redraw(b"x", "PNG")
    assert process.pid not in (None, first)


def test_damaged_picture_is_refused_with_a_reason(make: Make) -> None:
    process = make()
    with pytest.raises(Refused, match="damaged") as refused:
        process.redraw(picture()[:60], "PNG")
    assert refused.value.code == "invalid" and list(refused.value.fields or {}) == ["file"]
    assert process.pid is not None


@pytest.mark.parametrize(
    ("work", "code", "says"),
    [
        ("while True: pass", "invalid", "takes too long to check"),
        ("return bytes(2**30)", "invalid", "damaged"),
        ("os.kill(os.getpid(), 11)", "invalid", "damaged"),
        ("raise RecursionError", "invalid", "damaged"),
        ("os.kill(os.getpid(), 9)", "unavailable", "Pictures cannot be checked"),
    ],
    ids=["CPU", "memory", "a crash of the decoder", "an unknown error", "killed by the system"],
)
def test_picture_that_ends_the_process_is_refused_alone(make: Make, work: str, code: str, says: str) -> None:
    process = make(redraws(f"if content == b'good': return content\n    {work}"))
    with pytest.raises(Refused, match=says) as refused:
        process.redraw(b"bad", "PNG")
    assert refused.value.code == code
    assert process.pid is None
    assert process.redraw(b"good", "PNG") == b"good"


def test_picture_over_the_wall_clock_limit_is_unavailable(make: Make) -> None:
    """The machine may be slow, so the picture is not called bad."""
    process = make(redraws("import time; time.sleep(60)"), 0.05)
    with pytest.raises(Refused) as refused:
        process.redraw(b"x", "PNG")
    assert refused.value.code == "unavailable" and process.pid is None


def test_process_that_cannot_start_is_not_retried_for_each_picture(make: Make, tmp_path: Path) -> None:
    """Each picture is `unavailable`. Starting a process costs more than refusing a picture."""
    starts = tmp_path / "starts"
    process = make(f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(1)")
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            process.redraw(picture(), "PNG")
        assert refused.value.code == "unavailable"
    assert starts.read_text() == "x"


def test_killed_process_is_not_restarted(make: Make) -> None:
    """The server is shutting down, so nothing may be left running."""
    process = make()
    process.redraw(picture(), "PNG")
    pid = process.pid
    process.kill()
    process.end()
    assert pid is not None and gone(pid)
    with pytest.raises(Refused):
        process.redraw(picture(), "PNG")
    assert process.pid is None


def test_the_process_has_no_secrets_and_no_open_files(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It inherits one socket from the server: no environment variables, no database."""
    monkeypatch.setenv("SWITCHBOARD_SECRET", "canary " * 6)
    with Path(os.devnull).open() as other:
        os.set_inheritable(other.fileno(), True)
        process = make()
        process.redraw(picture(), "PNG")
    running = Path(f"/proc/{process.pid}")
    assert b"canary" not in (running / "environ").read_bytes()
    opened = [os.readlink(file) for file in (running / "fd").iterdir()]
    assert sum(name.startswith("socket:") for name in opened) == 2  # 0, and its copy
    assert all(name.startswith("socket:") or name == os.devnull or "(deleted)" in name for name in opened), opened


def test_server_does_not_load_picture_decoders() -> None:
    loaded = "import sys, server.app; sys.exit(any(name.split('.')[0] == 'PIL' for name in sys.modules))"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-P", "-c", loaded) == 0


def noise(mode: str, size: tuple[int, int], levels: int = 256) -> Image.Image:
    image = Image.frombytes(mode, size, os.urandom(size[0] * size[1] * len(mode)))
    return image.point(lambda value: value % levels)


def saved(image: Image.Image, format: Format, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def dearest(scale: float) -> Iterator[tuple[str, Format, bytes]]:
    """The most expensive picture of each format, with `scale` of the allowed pixels."""

    def sides(pixels: int) -> tuple[int, int]:
        side = math.isqrt(int(pixels * scale))
        return side, side

    def frames(count: int, pixels: int, format: Format, **how: object) -> bytes:
        first, *rest = (noise("RGB", sides(pixels // count)) for _ in range(count))
        return saved(first, format, save_all=True, append_images=rest, duration=50, **how)

    small = noise("RGB", sides(pictures.LIMITS.webp_pixels // 100))
    photo = small.resize(sides(pictures.LIMITS.webp_pixels), Image.Resampling.BICUBIC)
    yield "a lossy WebP that says VP8L", "WEBP", saved(photo, "WEBP", quality=30, method=0) + b"VP8L"
    yield "a lossless WebP", "WEBP", saved(photo, "WEBP", lossless=True, quality=0, method=0)
    yield "a WebP of 500 frames", "WEBP", frames(500, pictures.LIMITS.pixels, "WEBP", quality=30, method=0)
    yield "a PNG of noise", "PNG", saved(noise("RGB", sides(pictures.LIMITS.pixels), 4), "PNG", compress_level=1)
    yield "a PNG kept closely", "PNG", saved(noise("RGB", sides(pictures.PNG_CLOSELY), 4), "PNG", compress_level=1)
    yield "a GIF of 500 frames", "GIF", frames(500, pictures.LIMITS.pixels, "GIF")
    yield "a JPEG in passes", "JPEG", saved(noise("RGB", sides(pictures.LIMITS.pixels)), "JPEG", progressive=True)


@pytest.mark.parametrize("scale", [0.02, pytest.param(1.0, marks=pytest.mark.soak)])
@pytest.mark.timeout(1_200)
def test_most_expensive_pictures_stay_within_the_budget(make: Make, scale: float) -> None:
    """Each is redrawn within its CPU and size budget, or refused with a reason. The kernel counts the CPU time."""
    # On a busy machine, the CPU time that a picture may take lasts long.
    process = make(deadline_s=600)
    for name, format, content in dearest(scale):
        process.end()
        process.redraw(picture(), "PNG")
        before = ended_children_cpu()
        growth, sentence = 0.0, "takes too long"
        try:
            growth = len(process.redraw(content, format)) / len(content)
        except Refused as refused:
            sentence = refused.message
        assert "takes too long" in sentence or "million pixels" in sentence, name
        process.end()
        # Starting Python is in it as well.
        assert ended_children_cpu() - before < CPU_S + 1, name
        assert growth <= pictures.LIMITS.growth or growth * len(content) <= pictures.LIMITS.grown, name


def ended_children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(pid: int) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(file.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(file.parent.name))
    return found


@pytest.mark.faults
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_server_that_ends_leaves_no_picture_process(tmp_path: Path, how: signal.Signals) -> None:
    server = ServerProcess(tmp_path / "data", free_port())
    await server.start()
    try:
        secret = (tmp_path / "data" / "secret").read_bytes().strip()
        token = visitors.issue(secret, "0190a5b0-0000-7000-8000-000000000001", system_clock())
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(
            base_url=server.url, headers=headers, trust_env=False, verify=False, timeout=30
        ) as http:
            answer = await http.post("/api/files", files={"file": ("a.png", picture())})
            assert answer.status_code == 201, answer.text
        (child,) = children(server.pid)
        await server.end(how)
        await eventually(lambda: gone(child), "the process for pictures is gone")
    finally:
        server.close()
