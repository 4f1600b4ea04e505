"""The parts of a commit or an annotated tag: who made it, other headers, and the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.values import replace

if TYPE_CHECKING:
    from intercom_scan.finding import Place

# https://git-scm.com/docs/git-commit-tree#_commit_information and git-mktag
_PEOPLE = frozenset({b"author", b"committer", b"tagger"})
_END = b"\n\n"  # of the headers: what goes on over several lines is indented, and so never empty


def in_part(place: Place, start: int, content: bytes) -> Place:
    """A place in the message of `content`, a raw commit or tag, as the part that it lies in.

    `start` is the offset of the hit. A message's lines count from its own first one, and the
    columns of a person from the name on; any other header keeps the object's line.
    """
    message = content.find(_END) + len(_END)
    if message < len(_END) or start >= message:
        above = content.count(b"\n", 0, message) if message >= len(_END) else 0
        return replace(place, line=place.line - above)
    line = content.rfind(b"\n", 0, start) + 1
    name = content[line:start].partition(b" ")[0]
    if name not in _PEOPLE:
        return replace(place, origin="header")
    shift = min(len(name) + 1, place.column - 1)
    return replace(
        place, origin="author", line=1, column=place.column - shift,
        end_column=place.end_column - shift,
    )  # fmt: skip
