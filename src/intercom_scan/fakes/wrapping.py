"""How a file may wrap a line of text: encodings, archives and their nesting, to plant fakes in."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _zip(content: bytes, name: str = "conf/app.env") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _tar(content: bytes, name: str = "conf/app.env") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _escaped(content: bytes) -> bytes:
    return b'{"env": "%b"}' % "".join(f"\\u{ord(c):04x}" for c in content.decode()).encode()


def _notebook(content: bytes) -> bytes:
    cell = {"cell_type": "code", "source": content.decode().splitlines(keepends=True)}
    return json.dumps({"cells": [cell], "nbformat": 4}).encode()


def _kubernetes(content: bytes) -> bytes:
    data = base64.b64encode(content).decode()
    return f"apiVersion: v1\nkind: Secret\ndata:\n  .env: {data}\n".encode()


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda line: line,
    "base64": lambda line: base64.b64encode(b"A=1\n" + line),
    "base64-shifted": lambda line: base64.b64encode(b"AB=1\n" + line),
    "base64-unpadded": lambda line: base64.urlsafe_b64encode(b"ABC=1\n" + line).rstrip(b"="),
    "base64-twice": lambda line: base64.b64encode(base64.b64encode(line)),
    "base64-wrapped": lambda line: base64.encodebytes(b"FOO=bar\n" * 9 + line),
    "kubernetes": _kubernetes,
    "percent": lambda line: b"".join(b"%%%02X" % byte for byte in line),
    "escapes": _escaped,
    "utf-16": lambda line: line.decode().encode("utf-16"),
    "utf-16-be": lambda line: line.decode().encode("utf-16-be"),
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "tar": _tar,
    "tar-gz": lambda line: gzip.compress(_tar(line)),
    "zip": _zip,
    "zip-in-zip": lambda line: _zip(_zip(line), "inner.jar"),
    "notebook": _notebook,
}
