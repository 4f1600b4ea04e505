"""From runs to an answer: what is wrong with a handler, each way with its own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from intercom_scan.audit.signed import dialects, handlers
from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.concerning import concerns, showing
from intercom_scan.audit.signed.ending import EndlessError, ReturnedError, ThrownError
from intercom_scan.audit.signed.idioms import READS
from intercom_scan.audit.signed.known import status_in
from intercom_scan.audit.signed.machine import Machine
from intercom_scan.audit.signed.values import (
    Body,
    Class,
    Const,
    Digest,
    Function,
    Native,
    Request,
    Response,
    Things,
    Unknown,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.values import Case, Compared
    from intercom_scan.audit.syntax.modules import Modules

UNFOLLOWED = "modules that are too long to be followed"  # what is kept of them
_STEPS = "steps of all runs"
WORK = 2_000_000  # nodes that the runs of all handlers look at; large projects need half of that
TOO_MANY = "the handler has too many ways through it"
RUNS = 40  # ways through a handler that are tried with each kind of request
QUIET = 3  # of them in a row that show nothing new of what a handler is for
WAYS: dict[Case, str] = {
    "wrong": "a request with a wrong signature is acted on",
    "short": "a request with a malformed signature is acted on",
    "missing": "a request without a signature is acted on",
    "unset": "without a secret in the configuration, every request is acted on",
}


THROWS = "a signature of another length throws, and nothing catches it"


class Kind(NamedTuple):
    """What a check looks for: the header, its algorithm, and what else shows such a handler."""

    header: str
    algorithm: str
    shows: re.Pattern[str]  # in what the handler's code says
    address: re.Pattern[str]  # in its address, file or name


WEBHOOK = Kind(
    "x-hub-signature",
    "sha1",
    re.compile(
        r"^notification_event$|^(?:conversation|conversation_part|contact|user|company|ticket|event|visitor|admin)"
        r"\.(?:[a-z_]+\.)*(?:created|updated|replied|closed|opened|assigned|deleted|signed_up|added"
        r"|removed|noted|unsubscribed|attached|detached|rated)$"
    ),
    re.compile(r"(?i:hooks?|notifications?)(?![a-z])"),
)
CANVAS = Kind(
    "x-body-signature",
    "sha256",
    re.compile(r"^canvas$"),
    re.compile(r"canvas|initiali[sz]e|submit", re.IGNORECASE),
)


class Run(NamedTuple):
    """What came of one run."""

    machine: Machine
    refused: bool
    crashed: Where | None


class Handled(NamedTuple):
    """A handler, which of its module's it is, and its runs for what is signed right."""

    path: str
    place: int
    route: Route
    right: list[Run]


class Judged(NamedTuple):
    """What is known of one handler: what is wrong, or where the trail ends; else it is right."""

    where: Where
    wrong: tuple[tuple[Where, str], ...]
    lost: tuple[tuple[Where, str], ...]


def judge(modules: Modules, path: str, kind: Kind) -> Iterator[Judged]:
    """Each handler of a kind in a module."""
    for handled in handlers_of(modules, path, kind):
        yield _judged(modules, handled, kind)


def handlers_of(modules: Modules, path: str, kind: Kind) -> list[Handled]:
    """The handlers of a kind in a module, each with its runs for what is signed right; kept.

    Those runs are the same for every kind, so that one pass tells the handlers of all.
    """
    kept: dict[str, dict[str, list[Handled]]] = modules.kept.setdefault("handlers", {})
    if path not in kept:
        routes = enumerate(_routes(Machine(modules, "right"), path))
        found = [Handled(path, i, route, _right(modules, path, i, route)) for i, route in routes]
        kept[path] = {
            each.header: [h for h in found if h.right and concerns(modules, h.route, h.right, each)]
            for each in (WEBHOOK, CANVAS)
        }
    return kept[path][kind.header]


def _right(modules: Modules, path: str, place: int, route: Route) -> list[Run]:
    """The runs for what is signed right; none where the first of them tell that it is no kind's."""
    runs: list[Run] = []
    shown: set[object] = set()
    quiet = 0
    for run in runs_of(modules, path, place, "right"):
        runs.append(run)
        new = showing(run) - shown
        shown |= new
        quiet = 0 if new else quiet + 1
        if quiet == QUIET and not any(
            concerns(modules, route, runs, kind) for kind in (WEBHOOK, CANVAS)
        ):
            return []
    return runs


def _routes(machine: Machine, path: str) -> list[Route]:
    try:
        for other in machine.modules.importers(path):
            machine.load(other)
        return handlers.find(machine, path)
    except (EndlessError, RecursionError):
        machine.modules.kept.setdefault(UNFOLLOWED, set()).add(path)
        return []
    except ThrownError:
        return []


def _judged(modules: Modules, handled: Handled, kind: Kind) -> Judged:
    path, place, route, right = handled
    tried = {case: list(runs_of(modules, path, place, case)) for case in WAYS}
    every = [run for runs in (right, *tried.values()) for run in runs]
    compared = {c: None for run in every for c in run.machine.compared if c.header == kind.header}
    lost = {trail: None for run in every for trail in run.machine.lost}
    unseen = [
        step
        for step in route.steps
        if isinstance(step, Unknown) and not READS.search(f"{step.module} {step.name}")
    ]
    lost |= {(route.where, f"{step.name} is not in the repository"): None for step in unseen}
    most = max(map(len, tried.values()))
    if most >= RUNS or path in modules.kept.get(UNFOLLOWED, ()):
        lost[route.where, TOO_MANY] = None
    if not compared:
        read = any(kind.header in run.machine.read for run in every)
        unheard = any(run.machine.foreign for run in every)  # what it compares is another header
        ended = (trail for run in every for trail in run.machine.trails if not unheard)
        lost |= {trail: None for trail in ended if trail[1].startswith("cannot follow")}
        if lost:
            open_doors = dict.fromkeys(
                (run.machine.acts[0], WAYS[case])
                for case, runs in tried.items()
                for run in runs
                if run.machine.acts and not (run.machine.lost or run.machine.trails or unseen)
            )
            return Judged(route.where, tuple(open_doors), tuple(lost))
        return Judged(route.where, ((route.where, _unchecked(every, read=read)),), ())
    wrong = dict.fromkeys(fault for each in compared for fault in _faults(each, kind))
    open_ways = dict.fromkeys(gap for each in compared for gap in _gaps(each))
    open_ways |= {trail: None for trail in lost if trail[1] == TOO_MANY}
    for fault, sure in _passing(route, right, tried):
        (wrong if sure else open_ways)[fault] = None
    return Judged(route.where, tuple(wrong), tuple(open_ways))


def _unchecked(runs: list[Run], *, read: bool) -> str:
    foreign = sorted({header for run in runs for header in run.machine.foreign})
    if read:
        return "reads the signature and never checks it"
    if foreign:
        return f"asks for {foreign[0]}, which Intercom does not send"
    return "never checks the signature"


# --- the runs


def runs_of(modules: Modules, path: str, place: int, case: Case) -> Iterator[Run]:
    """Every way through a handler with one kind of request, as far as the limit goes."""
    waiting: list[list[bool]] = [[]]
    for _ in range(RUNS):
        if not waiting:
            return
        choices = waiting.pop()
        machine = Machine(modules, case, choices)
        run = _run(machine, path, place) if modules.kept.get(_STEPS, 0) < WORK else None
        modules.kept[_STEPS] = modules.kept.get(_STEPS, 0) + machine.steps
        if run is None:
            modules.kept.setdefault(UNFOLLOWED, set()).add(path)
            return
        yield run
        for at in range(len(choices), min(machine.taken, len(choices) + 12)):
            waiting.append([*choices, *([True] * (at - len(choices))), False])


def _run(machine: Machine, path: str, place: int) -> Run | None:
    try:
        routes = handlers.find(machine, path) if not machine.modules.importers(path) else _routes(
            machine, path
        )  # fmt: skip
    except ThrownError:  # the program does not start
        return Run(machine, refused=True, crashed=None)
    except (EndlessError, RecursionError):
        return None
    if place >= len(routes):
        return Run(machine, refused=machine.case == "unset", crashed=None)
    machine.active = True
    try:
        refused = _through(machine, routes[place])
    except ThrownError as thrown:
        return Run(machine, refused=True, crashed=thrown.where if thrown.implicit else None)
    except (ReturnedError, EndlessError, RecursionError):
        trail = (routes[place].where, "the handler is too long to be followed")
        machine.trails[trail] = machine.lost[trail] = None
        machine.endless = True
        return Run(machine, refused=False, crashed=None)
    return Run(machine, refused, None)


def _through(machine: Machine, route: Route) -> bool:
    """Runs what stands before a handler, then the handler; whether the request was refused."""
    value: Any = None
    own = dialects.of(route.steps[-1].where.path)
    if own is not None and own.through is not None:
        value = own.through(machine, route)
        return _refusing(machine.status) or _refusing(status_in(value))
    for step in route.steps:
        last = step is route.steps[-1]
        went_on: list[Any] = []
        onwards = Native(lambda args, went_on=went_on: went_on.append(args[0] if args else None))
        if isinstance(step, Class):
            made = instance(machine, step)
            step = made.items.get("canActivate", made.items.get("use"))  # noqa: PLW2901
        if isinstance(step, Things):
            machine.call(step.items["verify"], [Request(), Response(), Body("given")])
            continue
        if not isinstance(step, Function):
            continue
        value = machine.call(step, [Request(), Response(), onwards])
        if last:
            break
        failed = any(
            isinstance(arg, Unknown | Const) and arg != Const(None) for arg in went_on if arg
        )
        if failed or value == Const(False) or (machine.answered and _refusing(machine.status)):
            return True
        takes_next = len(step.node.parts[0].parts) >= 2
        if takes_next and not went_on and machine.answered:
            return _refusing(machine.status)
    return _refusing(machine.status) or _refusing(status_in(value))


def _refusing(status: int | None) -> bool:
    return status is not None and 400 <= status < 600


# --- what is wrong


def _faults(each: Compared, kind: Kind) -> Iterator[tuple[Where, str]]:
    digest = each.digest
    if not each.constant:
        yield each.where, "the signature is not compared in constant time"
    if digest.algorithm is not None and digest.algorithm != kind.algorithm:
        made, right = digest.algorithm.upper(), kind.algorithm.upper()
        yield each.where, f"HMAC-{made} is computed, not HMAC-{right}"
    if isinstance(digest.key, Const):
        said = "an empty secret" if not digest.key.value else "a secret that stands in the code"
        yield each.where, f"the signature is computed with {said}"
    if isinstance(digest.key, Body) and not digest.key.made:
        yield each.where, "the signature is computed with a secret that the request brings"
    if isinstance(digest.data, Body) and digest.data.form != "given":
        yield each.where, "the digest is of a body that was parsed and written anew"


def _gaps(each: Compared) -> Iterator[tuple[Where, str]]:
    digest: Digest = each.digest
    if digest.algorithm is None:
        yield each.where, "cannot follow which algorithm the digest is made with"
    if not isinstance(digest.data, Body):
        yield each.where, "cannot follow what the digest is made of"


def _passing(
    route: Route, right: list[Run], tried: dict[Case, list[Run]]
) -> Iterator[tuple[tuple[Where, str], bool]]:
    """Which requests get through that should not; False where a condition is not known."""
    acting = any(run.machine.acts for run in right if not run.refused)
    if all(_stops(run, acting=acting) for run in right) and not all(
        _stops(run, acting=acting or bool(run.machine.acts)) for run in tried["wrong"]
    ):
        yield (route.where, "the result is inverted: what is signed right is refused"), True
        return
    for case, runs in tried.items():
        for run in runs:
            if run.crashed is not None and case == "short":
                yield (run.crashed, THROWS), True
            if _stops(run, acting=acting) and not run.machine.endless:
                continue
            where = run.machine.acts[0] if run.machine.acts else route.where
            if run.machine.trails:
                for trail in run.machine.trails:
                    yield trail, False
                continue
            word = WAYS[case]
            if run.refused:
                word += " before it is refused, or although it is"
            yield (where, word), True


def _stops(run: Run, *, acting: bool) -> bool:
    """Whether nothing was done with the request; without acts, the answer has to say so."""
    if run.machine.acts:
        return False
    return run.refused or acting
