"""Read every byte of a list of git objects, in parallel, and hand on those that an anchor hits.

The listing (`<id> <type> <size>` a line) is cut into stretches. A reader runs one `git cat-file
--batch`, asks it for one stretch after the other, and passes its raw output, headers and all, to
the prefilter. The output's layout follows from the listing, so Python looks at no object until
something in it hits, and the number of bytes that came is the proof that all were read. What did
not come as announced is read again one object at a time, which finds the one that cannot be read.
"""

from __future__ import annotations

import subprocess
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate, chain

from intercom_scan.finding import MISSING, Skip
from intercom_scan.git import Git, stopped_at_exit
from intercom_scan.pipes import Stderr, enlarge_pipe, feed, fill, shorten_input
from intercom_scan.prefilter import REACH, Prefilter
from intercom_scan.sources.reader import ObjectReader, UnreadableObject
from intercom_scan.sources.tally import Progress, Tally
from intercom_scan.values import dataclass

BUFFER = 1 << 20  # a Linux pipe holds as much at most; a larger buffer falls out of the cache
WHOLE = 4 << 20  # a larger object is handed on without its content, to be read in pieces
AHEAD = 8 << 20  # bytes of the listing that are read ahead, some 140,000 objects
SHORTEST = 1 << 12  # bytes of the listing in a stretch at least, some 70 objects
TURN = 8 << 20  # bytes of the listing that one git reads, which are kept until it has ended well
# What git keeps of unpacked delta bases, in bytes: in all, and in one process. Its own 96 MiB are
# too little for a large history: with 256 MiB it unpacks 849,000 objects in an eighth less
# time. For a small one, to fill more memory costs more than it saves.
# https://git-scm.com/docs/git-config#Documentation/git-config.txt-coredeltaBaseCacheLimit
BASES, BASES_AT_LEAST = 512 << 20, 96 << 20


@dataclass(frozen=True, slots=True)
class GitObject:
    """One line of a listing; `size` in bytes."""

    id: str
    type: str
    size: int


Note = Callable[[], None]
# Takes an object in which something hit, and its content, or None where that is not at hand. What
# notes the result is called once git has vouched for its turn: until then it may be wrong.
Handler = Callable[[GitObject, "bytes | None"], "Note | None"]


class Stretch:
    """Some lines of the listing, and where in the output of cat-file each object will be."""

    def __init__(self, lines: list[bytes]) -> None:
        sizes = sum(int(line.rsplit(b" ", 1)[1]) for line in lines)
        # Per object: its line, a newline, its content, a newline.
        self.length = sizes + sum(map(len, lines)) + 2 * len(lines)
        self.text = b"\n".join(lines) + b"\n"
        self._count = len(lines)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[GitObject]:
        return map(_parse, self._lines)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.text.splitlines()

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(line) + 2 + _parse(line).size for line in self._lines))

    def commits(self) -> int:
        return self.text.count(b" commit ")

    def locate(self, offset: int) -> tuple[GitObject, int, int]:
        """The object that has the output's byte at `offset`, and its content's start and end."""
        number = min(bisect_right(self._ends, offset), len(self) - 1)
        found = _parse(self._lines[number])
        end = self._ends[number] - 1
        return found, end - found.size, end

    def forget(self) -> None:
        """Keep no more than the text."""
        self.__dict__.pop("_lines", None)
        self.__dict__.pop("_ends", None)


def _parse(line: bytes) -> GitObject:
    id_, type_, size = line.decode("ascii").split(" ")
    return GitObject(id_, type_, int(size))


class Listing:
    """Cuts a stream of listing lines into stretches, for several readers at once.

    Long ones, since what is next to each other in a pack is often made of the same bases; they get
    shorter towards the end, where readers would wait for each other.
    """

    def __init__(self, read: Callable[[int], bytes], readers: int) -> None:
        self._read = read
        self._share = 2 * readers
        self._text = b""
        self._lock = threading.Lock()
        self.missing: list[str] = []
        self.listed = 0  # objects
        self.ended = False
        self.long = False  # more than is read ahead

    def next(self) -> Stretch | None:
        with self._lock:
            while True:
                self._fill()
                if not self._text:
                    return None
                lines = [line for line in self._cut() if self._present(line)]
                if lines:
                    return Stretch(lines)

    def _fill(self) -> None:
        parts = [self._text]
        length = len(self._text)
        while not self.ended and length < AHEAD:
            data = self._read(1 << 20)
            self.ended = not data
            self.listed += data.count(b"\n")
            parts.append(data)
            length += len(data)
        self.long = self.long or not self.ended
        self._text = b"".join(parts)

    def _cut(self) -> list[bytes]:
        wanted = max(len(self._text) // self._share, SHORTEST)
        end = self._text.find(b"\n", wanted)
        end = len(self._text) if end < 0 else end + 1
        if not self.ended and end == len(self._text):
            end = self._text.rfind(b"\n") + 1
        taken, self._text = self._text[:end], self._text[end:]
        return taken.splitlines()

    def _present(self, line: bytes) -> bool:
        if line.endswith((b" missing", b" ambiguous")):
            self.missing.append(line.partition(b" ")[0].decode("ascii", "replace"))
            return False
        return True


class Turn:
    """The stretches that one git reads, each taken when it was given the whole of the one before.

    A git that starts has to build up its cache of bases anew, and fills new pages with it.
    """

    def __init__(self, first: Stretch, listing: Listing) -> None:
        self.error: BaseException | None = None  # what ended the listing
        self.length = first.length  # of the output
        self._stretches = [first]
        self._listing = listing
        self._number, self._start = 0, 0  # of the stretch that was last asked for, and its offset

    def __len__(self) -> int:
        return sum(map(len, self._stretches))

    def __iter__(self) -> Iterator[GitObject]:
        return chain.from_iterable(self._stretches)

    def commits(self) -> int:
        return sum(stretch.commits() for stretch in self._stretches)

    def texts(self) -> Iterator[bytes]:
        """The lines for git's standard input; the listing is asked for more in between."""
        stretch: Stretch | None = self._stretches[0]
        size = 0
        while stretch:
            yield stretch.text
            size += len(stretch.text)
            stretch = self._next() if size < TURN else None

    def _next(self) -> Stretch | None:
        try:
            stretch = self._listing.next()
        except BaseException as error:  # raised again by the reader, as this is another thread
            self.error = error
            return None
        if stretch:
            self._stretches.append(stretch)
            self.length += stretch.length
        return stretch

    def locate(self, offset: int) -> tuple[GitObject, int, int]:
        """As a stretch does it, for ascending offsets in the output of all."""
        stretch = self._stretches[self._number]
        while offset >= self._start + stretch.length and self._number + 1 < len(self._stretches):
            stretch.forget()
            self._start += stretch.length
            self._number += 1
            stretch = self._stretches[self._number]
        found, start, end = stretch.locate(offset - self._start)
        return found, self._start + start, self._start + end


class Reader(threading.Thread):
    """Takes stretches until there are none; `error` holds what ended it early."""

    def __init__(
        self, git: Git, listing: Listing, prefilter: Prefilter, handler: Handler, tally: Tally,
        bases: int,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self.tally = tally
        self._git = git
        self._listing = listing
        self._bases = bases
        self._first = prefilter.first_in_output
        self._handler = handler
        self._stopped = threading.Event()
        self._buffer = bytearray(REACH + BUFFER)
        self._rest = bytearray()  # of an object that ends beyond the buffer
        self._passed = (0.0, 0)  # of the present turn: objects, if all were of one size; bytes

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        try:
            while not self._stopped.is_set() and (stretch := self._listing.next()):
                turn = Turn(stretch, self._listing)
                hits = self._read(turn)
                if turn.error is not None:
                    raise turn.error
                if hits is None:
                    self._read_one_by_one(turn)
                    continue
                self._count(len(turn), turn.commits(), turn.length)
                for note in hits:
                    note()
        except BaseException as error:  # raised again by whoever waits for this thread
            self.error = error

    def reached(self) -> tuple[float, int]:
        """Objects and bytes read by now; of a turn in work, objects in proportion."""
        objects, size = self._passed
        return self.tally.objects + objects, self.tally.bytes + size

    def _count(self, objects: int, commits: int, size: int) -> None:
        self._passed = (0.0, 0)
        self.tally.objects += objects
        self.tally.commits += commits
        self.tally.bytes += size

    def _read(self, turn: Turn) -> list[Note] | None:
        """What notes the hits, or None where the output was not what the listing announced."""
        bases = self._bases if self._listing.long else BASES_AT_LEAST
        process = self._git.start(
            "-c", f"core.deltaBaseCacheLimit={bases}",
            "cat-file", "--batch=%(objectname) %(rest)", "--buffer", stdin=subprocess.PIPE,
        )  # fmt: skip
        with stopped_at_exit(process):
            enlarge_pipe(process)
            shorten_input(process)
            complaints = Stderr(process)
            feeder = threading.Thread(target=feed, args=(process, turn.texts()), daemon=True)
            feeder.start()
            hits, length = self._pass(process, turn)
            feeder.join()
            status = process.wait()
        whole = length == turn.length and status == 0 and not complaints.wait()
        return hits if whole else None

    def _pass(self, process: subprocess.Popen[bytes], turn: Turn) -> tuple[list[Note], int]:
        view = memoryview(self._buffer)
        notes: list[Note] = []
        base = filled = clear = 0  # offsets in the output; nothing below `clear` is of interest
        while size := fill(process, view[filled:]):
            filled += size
            while clear < base + filled:
                end = self._first(view[max(clear - base, 0) : filled])
                if end is None:
                    break
                found, start, stop = turn.locate(max(clear, base) + end - 1)
                content = None
                if base <= start and found.size <= WHOLE:
                    begun = view[start - base : min(stop - base, filled)]
                    content, more = self._content(process, begun, found.size)
                    if more:
                        base, filled = base + filled + more, 0
                if note := self._handler(found, content):
                    notes.append(note)
                clear = stop + 1
            keep = min(filled, REACH)
            self._buffer[:keep] = self._buffer[filled - keep : filled]
            base, filled = base + filled - keep, keep
            done = base + filled
            self._passed = (len(turn) * min(done / turn.length, 1.0), done)
            if self._stopped.is_set():
                process.kill()  # it may wait for a reader, and who writes to it for it
                break
        return notes, base + filled

    def _content(
        self, process: subprocess.Popen[bytes], begun: memoryview, size: int
    ) -> tuple[bytes, int]:
        """An object's content of `size` bytes, and how many of them were still to be read for it.

        They are read to where others were before, as new pages cost more than the copy.
        """
        lacking = size - len(begun)
        if len(self._rest) < lacking:
            self._rest = bytearray(lacking)
        with memoryview(self._rest)[:lacking] as rest:
            more = fill(process, rest)
            return b"".join((begun, rest[:more])), more

    def _read_one_by_one(self, turn: Turn) -> None:
        with ObjectReader(self._git) as reader:
            for found in turn:
                if self._stopped.is_set():
                    return
                try:
                    size = sum(map(len, reader.pieces(found.id)))
                except UnreadableObject as error:
                    self.tally.skips.append(Skip(f"{found.type} {found.id}", str(error)))
                    continue
                self._count(1, found.type == "commit", size)
                if note := self._handler(found, None):
                    note()


def _note(
    progress: Progress, before: tuple[float, int, int], listing: Listing, readers: list[Reader]
) -> None:
    objects, size, known = before
    reached = [reader.reached() for reader in readers]
    progress.objects = objects + sum(each[0] for each in reached)
    progress.bytes = size + sum(each[1] for each in reached)
    progress.known = known + listing.listed
    if listing.ended:
        progress.total = progress.known


def read_objects(
    git: Git,
    read: Callable[[int], bytes],
    prefilter: Prefilter,
    handler: Handler,
    *,
    jobs: int,
    progress: Progress,
) -> Tally:
    """Read all objects of a listing stream with `jobs` readers.

    `progress` is brought up to date a few times a second. Raises what ended a reader early.
    """
    listing = Listing(read, jobs)
    before = (progress.objects, progress.bytes, progress.known)
    tallies = [Tally() for _ in range(jobs)]
    bases = max(BASES // jobs, BASES_AT_LEAST)
    readers = [Reader(git, listing, prefilter, handler, tally, bases) for tally in tallies]
    try:
        for reader in readers:
            reader.start()
        while alive := [reader for reader in readers if reader.is_alive()]:
            alive[0].join(0.1)
            _note(progress, before, listing, readers)
    finally:
        for reader in readers:
            reader.stop()
        for reader in readers:
            reader.join()
    _note(progress, before, listing, readers)
    for reader in readers:
        if reader.error is not None:
            raise reader.error
    total = Tally()
    for tally in tallies:
        total.add(tally)
    total.skips += [Skip(f"object {id_}", MISSING) for id_ in listing.missing]
    return total
