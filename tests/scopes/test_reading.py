"""Looking through a file takes as long as it has bytes, however its lines are laid out."""

from __future__ import annotations

from intercom_scan.scopes import reading


class Counted(bytes):
    """Knows how many of its bytes were looked at for the ends of lines."""

    looked = 0

    def count(self, part, start=0, end=None, /):
        self.looked += end - start
        return super().count(part, start, end)

    def rfind(self, part, start=0, end=None, /):
        self.looked += end - start
        return super().rfind(part, start, end)


def test_a_line_of_many_calls_is_read_once(monkeypatch):
    data = Counted(b"# api.intercom.io\n" + b"get('/tags') " * 2000)
    monkeypatch.setattr(reading, "beginning", lambda *_: data)
    code = reading.Code()
    reading._look_at(b"app.py", "app.py", code)
    assert code.total == {"read-tags": 2000}
    assert [place.column for place in code.places["read-tags"][:3]] == [5, 18, 31]
    assert {place.line for place in code.places["read-tags"]} == {2}
    assert data.looked <= 2 * len(data)
