"""Which folders hold a client of Intercom's API: a library that others make integrations with."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project

# Where each kind of manifest has the name of what is published.
_QUOTED = rb"\s{0,8}[=:]\s{0,8}[\"']([^\"'\s]{1,200})[\"']"
_NAMES = {
    "package.json": re.compile(rb"\"name\"" + _QUOTED),
    "composer.json": re.compile(rb"\"name\"" + _QUOTED),
    "pyproject.toml": re.compile(rb"^name" + _QUOTED, re.MULTILINE),
    "setup.py": re.compile(rb"\bname" + _QUOTED),
    "settings.gradle": re.compile(rb"rootProject\.name" + _QUOTED),
    "settings.gradle.kts": re.compile(rb"rootProject\.name" + _QUOTED),
    "pom.xml": re.compile(rb"<artifactId>([^<\s]{1,200})</artifactId>"),
    "go.mod": re.compile(rb"^module\s{1,8}(\S{1,200})", re.MULTILINE),
    ".gemspec": re.compile(rb"\.name" + _QUOTED),
    ".csproj": re.compile(rb"<PackageId>([^<\s]{1,200})</PackageId>"),
}
_UNPUBLISHED = re.compile(rb"\"private\"\s{0,8}:\s{0,8}true|\"type\"\s{0,8}:\s{0,8}\"project\"")
# What a client's name says beside Intercom: that it is one, and for which language.
_PLAIN = re.compile(
    r"intercom|io|api|clients?|sdk|lib(?:rary)?|unofficial|official|node|js|ts|javascript"
    r"|typescript|python|py|ruby|rb|php|go|golang|java|kotlin|dotnet|net|csharp|core"
)


def folders(project: Project) -> tuple[str, ...]:
    """The folders of such libraries, each with a slash at its end; "" is the repository's own."""
    return tuple(sorted({each for path in project.ours for each in _folder(project, path)}))


def _folder(project: Project, path: str) -> Iterator[str]:
    folder, name = posixpath.split(path)
    pattern = _NAMES.get(name) or _NAMES.get(posixpath.splitext(name)[1])
    if pattern is None:
        return
    data = project.read(path)
    found = pattern.search(data)
    if found is None or _UNPUBLISHED.search(data):
        return
    if _is_client(found[1].decode("latin-1")):
        yield f"{folder}/" if folder else ""


def _is_client(name: str) -> bool:
    """Whether a name says Intercom and nothing that is done with it."""
    last = re.sub(r"/v\d{1,3}$", "", name.lower()).rpartition("/")[2]  # go.mod ends in its version
    words = re.findall(r"[a-z]+|\d+", last)
    return "intercom" in words and all(_PLAIN.fullmatch(word) for word in words)
