"""What may have become of a request's body on its way to the check."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from intercom_scan.signatures.keys import unbased
from intercom_scan.signatures.reasons import because
from intercom_scan.signatures.serialising import LARGEST, forms, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.signatures.reasons import Cause, Variant

_BOM = b"\xef\xbb\xbf"


def variants(body: bytes) -> Iterator[Variant]:
    """The body as it is, and then each other one that it may have been made from."""
    for wrapped, inner in [((), body), *_unwrapped(body)]:
        for changes, data in _ends(inner):
            yield (*wrapped, *changes), data
        for words, data in forms(inner):
            again = (*wrapped, because("body-reserialised", words))
            yield again, data
            yield (*again, because("body-no-newline")), data + b"\n"


def _ends(data: bytes) -> Iterator[Variant]:
    yield (), data
    bare = re.sub(rb"\r?\n\Z", b"", data)
    yield (because("body-newline"),), bare
    yield (because("body-no-newline"),), data + b"\n"
    yield (because("body-no-newline"),), data + b"\r\n"
    plain = data.replace(b"\r\n", b"\n")
    yield (because("body-line-ends"),), plain
    yield (because("body-line-ends"),), plain.replace(b"\n", b"\r\n")
    yield (because("body-line-ends"), because("body-newline")), plain.removesuffix(b"\n")
    yield (because("body-blanks"),), data.strip()


def _unwrapped(body: bytes) -> list[tuple[tuple[Cause, ...], bytes]]:
    found = [*_recoded(body), *_decoded(body), *_inside(body)]
    return [((because(reason),), data) for reason, data in found if data and data != body]


def _recoded(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Of the same text in other bytes."""
    yield "body-bom", body.removeprefix(_BOM)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "body-utf-16", body.decode("utf-16", "ignore").encode("utf-8", "surrogatepass")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        for encoding in ("latin-1", "cp1252"):
            yield "body-latin-1", body.decode(encoding, "ignore").encode("utf-8")
    else:
        if not text.isascii():
            for encoding in ("latin-1", "cp1252"):
                yield "body-twice-encoded", text.encode(encoding, "ignore")


def _decoded(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "body-base64", unbased(body)
    bare = body.strip()
    if b"%" in bare and not bare.startswith((b"{", b"[")):
        name, _, value = bare.partition(b"=")
        for part in (value, name, bare):
            yield "body-form", unquote_to_bytes(part.replace(b"+", b" "))


def _inside(body: bytes) -> Iterator[tuple[str, bytes]]:
    if body.lstrip()[:1] == b'"':
        try:
            text = json.loads(body.decode("utf-8"))
        except ValueError:
            return
        yield "body-string", text.encode("utf-8", "surrogatepass")
    elif re.search(rb'"body"\s?:', body):
        tree = loaded(body)
        inner = tree.get("body") if isinstance(tree, dict) else None
        if isinstance(inner, str):
            plain = inner.encode("utf-8", "surrogatepass")
            yield "body-envelope", plain
            yield "body-envelope", unbased(plain)


def suspicions(body: bytes) -> tuple[Cause, ...]:
    """What a body that fits nothing looks as if it had become."""
    bare = body.strip()
    if not bare:
        return (because("body-empty"),)
    if bare.startswith((b"[object ", b"{'", b"#<", b"Array", b'{"=>', b"{:")):
        return (because("body-object"),)
    tree = loaded(body)
    if tree is None:
        return (because("body-no-json"),) if len(body) <= LARGEST else ()
    found = []
    if b"\xef\xbf\xbd" in body or b"\\ufffd" in body:
        found.append(because("body-lossy"))
    if re.match(rb"[{\[]\s", bare) or re.match(rb'\{"[^"\\]{0,200}"\s?: ', bare):
        found.append(because("body-laid-out"))
    if isinstance(tree, dict) and len(tree) > 3 and list(tree) == sorted(tree):
        found.append(because("body-sorted"))
    return tuple(found)
