"""Files larger than what is looked at together: a value at the seams is found once, and placed."""

from __future__ import annotations

import pytest

from intercom_scan.detector import OVERLAP, WINDOW
from intercom_scan.fakes.planting import Ground
from tests.integration.running import canonical, found, fresh, scan

STEP = WINDOW - OVERLAP  # from one window's beginning to the next one's


def content(starts: list[int], lines: list[bytes], size: int, filler: bytes) -> bytes:
    data = bytearray((filler * (size // len(filler) + 1))[:size])
    for start, line in zip(starts, lines, strict=True):
        data[start : start + len(line)] = line
    return bytes(data)


@pytest.mark.parametrize("filler", [b"nothing here\n", b"no line ends "], ids=["lines", "one-line"])
def test_values_at_the_seams_of_windows(tmp_path, monkeypatch, filler):
    made = [fresh() for _ in range(14)]
    lines = [b"\n" + line if b"\n" in filler else b" " + line.strip() + b" " for _, line in made]
    seams = [
        STEP,
        STEP + OVERLAP // 2,
        WINDOW,
        2 * STEP,
        2 * STEP + OVERLAP // 2,
        2 * STEP + OVERLAP,
    ]
    starts = sorted([0, *(seam - 41 for seam in seams), *(seam + 100 for seam in seams)])
    starts.append(3 * WINDOW - 200)
    data = content(starts, lines, 3 * WINDOW, filler)
    ground = Ground(tmp_path / "repository")
    ground.commit_file("large.log", data)
    monkeypatch.chdir(ground.path)
    for result in (scan("."), scan(".", "files"), scan(".", "stdin", stdin=data)):
        assert result.complete
        assert len(result.findings) == len(made)
        for secret, _ in made:
            at = data.index(secret)
            (place,) = found(result, secret).places
            assert place.line == data.count(b"\n", 0, at) + 1
            assert place.column == at - data.rfind(b"\n", 0, at)
            assert place.end_column == place.column + len(secret)


def test_a_file_of_more_than_a_hundred_megabytes(tmp_path, monkeypatch):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("large.bin", b"\0" * 105_000_000 + b"\n" + line + b"\0" * 1000)
    monkeypatch.chdir(ground.path)
    for mode in ("all-history", "history", "files"):
        finding = found(scan(".", mode), secret)
        assert finding.secret == canonical(secret)
        assert finding.places[0].line == 2
