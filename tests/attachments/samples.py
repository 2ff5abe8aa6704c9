"""Small valid files of every kind."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = "N40.7128 W74.0060 CanaryCam"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
"""The start of a Microsoft Office document before 2007."""


def archive(**parts: str | bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def document(main: str, **parts: str | bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr(main, "<x/>")
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def related(kind: str, target: str, mode: str = "External", encoding: str = "utf-8") -> bytes:
    """The relationships of a part, with one of this kind to `target`."""
    schemas = "http://schemas.openxmlformats.org"
    one = f'Type="{schemas}/officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="{mode}"'
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><Relationships xmlns="{schemas}/package/2006/relationships">'
        f'<Relationship Id="r1" {one}/></Relationships>'
    ).encode(encoding)


def packed(main: str, parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """A document since 2007 with more parts and this compression method."""
    out = BytesIO()
    with ZipFile(out, "w", method) as file:
        for name, content in {"[Content_Types].xml": b"<Types/>", main: b"<x/>", **parts}.items():
            file.writestr(name, content)
    return out.getvalue()


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2) for kind, data in chunks)
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WEBP" + body


def picture(format: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    """A black picture with a white upper left corner."""
    image = Image.new(mode, size)
    image.paste((255, 255, 255) if mode == "RGB" else 1, (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    image.save(out, format)
    return out.getvalue()


def telling(format: str, *, orientation: int = 1) -> bytes:
    """A picture with metadata in every place that its format has."""
    image = Image.new("RGB", (64, 48))
    image.paste((255, 255, 255), (0, 0, 32, 24))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = CANARY
    out = BytesIO()
    if format == "PNG":
        texts = PngInfo()
        texts.add_text("Author", CANARY)
        texts.add_itxt("XML:com.adobe.xmp", CANARY)
        image.save(out, format, exif=exif, pnginfo=texts)
    elif format == "GIF":
        image.save(out, format, comment=CANARY)
    else:
        image.save(out, format, exif=exif, xmp=CANARY.encode(), comment=CANARY, quality=95)
    return out.getvalue()


def moving(format: str, count: int = 4, size: tuple[int, int] = (40, 30)) -> bytes:
    """An animation with a comment. Frame `n` lasts `n` × 100 ms."""
    frames = [Image.new("RGB", size, (number * 50 % 256, number % 256, 0)) for number in range(count)]
    out = BytesIO()
    durations = [100 * (number + 1) for number in range(count)]
    frames[0].save(
        out,
        format,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        comment=CANARY,
        xmp=CANARY.encode(),
    )
    return out.getvalue()


def bomb(side: int = 10_000) -> bytes:
    """A picture of a few kilobytes that would fill hundreds of megabytes."""
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()
