"""What lies beside the copy: two reports, and what became of which commit and ref."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from intercom_scan.escape import json_text, path_bytes
from intercom_scan.masking import Mask
from intercom_scan.purge.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from intercom_scan.purge.outcome import Outcome


def write(outcome: Outcome, folder: Path, output: Path, clean: Callable[[bytes], bytes]) -> None:
    """Write `report.md`, `report.json`, `commit-map` and `ref-map`; `output` is named in them.

    `clean` takes purged values out of a name, in the spellings that no mask knows, too.
    """
    others = Mask(outcome.scanned.findings)

    def mask(text: str) -> str:
        return others(os.fsdecode(clean(path_bytes(text))))

    commits = "".join(f"{old} {new}\n" for old, new in outcome.commits.items())
    refs = b"".join(
        b"%b %b %b\n" % (ref.old.encode(), ref.new.encode(), ref.name)
        for ref in outcome.refs
        if ref.changed
    )
    document = json.dumps(as_data(outcome, mask), indent=2, ensure_ascii=False) + "\n"
    (folder / "commit-map").write_text(commits, encoding="ascii", newline="\n")
    (folder / "ref-map").write_bytes(refs)
    (folder / "report.json").write_text(document, encoding="utf-8", newline="\n")
    (folder / "report.md").write_text(
        Page(outcome, mask, output).text(), encoding="utf-8", newline="\n"
    )


def as_data(outcome: Outcome, mask: Callable[[str], str]) -> dict[str, Any]:
    """The outcome as JSON has it; texts out of the repository as `json_text` has them."""

    def text(shown: bytes | str) -> str:
        return json_text(mask(os.fsdecode(shown)))

    proof = outcome.proof
    return {
        "schema_version": 1,
        "purged": [
            {"rule": f.rule.id, "fingerprint": f.fingerprint, "redacted": f.redacted}
            for f in outcome.chosen
        ],
        "not_chosen": [
            {"rule": f.rule.id, "fingerprint": f.fingerprint}
            for f in (proof.others if proof else ())
        ],
        "commits": outcome.commits,
        "refs": [
            {"name": text(r.name), "old": r.old, "new": r.new, "renamed": r.renamed}
            for r in outcome.refs
            if r.changed
        ],
        "signatures_lost": {"commits": outcome.signed, "tags": outcome.unsigned_tags},
        "headers_lost": outcome.bare,
        "identities_mended": outcome.odd,
        "files": [
            {"old": b.id, "new": b.new, "name": text(b.name), "in": b.ways, "dropped": b.dropped}
            for b in outcome.blobs
        ],
        "env_files": [text(name) for name in outcome.env_files],
        "submodules": [text(name) for name in outcome.links],
        "outside": [{"origin": origin, "path": text(path)} for origin, path in outcome.outside],
        "unread": [
            {"what": text(skip.what), "reason": text(skip.reason)}
            for skip in (proof.unread if proof else ())
        ],
        "inherited": [text(line) for line in (proof.complaints if proof else ())],
        "before": _counts(outcome.before),
        "after": _counts(outcome.after),
    }


def _counts(counts: Any) -> dict[str, int] | None:  # noqa: ANN401
    return counts and {
        "commits": counts.commits, "objects": counts.objects, "bytes": counts.bytes,
    }  # fmt: skip
