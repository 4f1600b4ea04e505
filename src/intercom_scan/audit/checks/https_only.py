"""Connections with Intercom are encrypted, certificates are checked, and the region is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.https import addresses, settings
from intercom_scan.audit.https.certificates import unchecked
from intercom_scan.audit.https.shown import SAMPLES
from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    evidence_of,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.syntax.modules import is_own
from intercom_scan.rules.audit import HTTPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.audit.signed.values import Where

# What switches certificates off for a process, and what allows plain HTTP, wherever it stands.
_SWITCHES = (b"node_tls_reject_unauthorized", b"pythonhttpsverify")
_MANIFESTS = (b"nsallowsarbitraryloads", b"cleartexttraffic")
_APPS = (b"io.intercom.android", b"intercom-react-native", b"pod 'intercom'", b"intercom_flutter")
_LOOSE = (
    b"rejectunauthorized", b"verify", b"unverified", b"certificate", b"trustmanager", b"hostname",
)  # fmt: skip
_MEND = "Use https:// and leave certificates checked."
_REGION = "Use the host of the region that the workspace is in, from the configuration."


def run(project: Project) -> Outcome:
    """By the addresses and switches in code that has to do with Intercom, and in settings."""
    modules = project.modules
    ours = set(project.asked(project.ours))
    code = [path for path in modules.code if path in ours]
    loose = {*ours, *project.saying(*_LOOSE, *_SWITCHES)}
    near = [path for path in modules.code if path in loose]
    told = [each for path in code for each in addresses.in_code(modules, path)]
    found = [*unchecked(modules, code, near), *_in_settings(project, ours, code=bool(code))]
    found += [each for each in told if each[1] != addresses.HIDDEN]
    if found:
        return failed(evidence_of(dict.fromkeys(found)), _MEND)
    wrong, mixed = _regions(project, code)
    if wrong:
        return failed(evidence_of(dict.fromkeys(wrong)), _REGION)
    hidden = [each for each in told if each[1] == addresses.HIDDEN]
    if hidden or mixed:
        return cannot_tell(
            evidence_of(dict.fromkeys([*hidden, *mixed])), _REGION if mixed else _MEND
        )
    if not code:
        return not_applicable("no code has to do with Intercom")
    return passed([Evidence(None, None, "no address is without encryption, no check is off")])


def _in_settings(project: Project, ours: set[str], *, code: bool) -> Iterator[tuple[Where, str]]:
    loose = project.saying(*_SWITCHES) if code else ()
    apps = project.saying(*_MANIFESTS) if project.saying(*_APPS) else ()
    for path in sorted({*ours, *loose, *apps}):
        if not settings.is_settings(path) or not is_own(path):
            continue
        text = project.read(path).decode("utf-8", "replace")
        if path in ours:
            yield from settings.addresses(path, text)
        yield from settings.switches(path, text)
        if path in apps:
            yield from settings.mobile(path, text)


def _regions(
    project: Project, code: Iterable[str]
) -> tuple[list[tuple[Where, str]], list[tuple[Where, str]]]:
    """Hosts of another region than is configured; or hosts of several, where none is."""
    found = [each for path in code for each in addresses.regions(project.modules, path)]
    fixed = [(where, region) for where, region, chosen in found if not chosen]
    for path in project.asked(project.ours):
        if settings.is_settings(path) and is_own(path):
            text = project.read(path).decode("utf-8", "replace")
            fixed += settings.regions(path, text)
    region = project.settings.region
    if region is not None:
        return [
            (where, f"names the host of the region {other}, and the configuration says {region}")
            for where, other in fixed
            if other != region
        ], []
    if len({region for _, region in fixed}) < 2:
        return [], []
    return [], [(where, f"names the host of the region {other}, one of several that are named")
                for where, other in fixed]  # fmt: skip


CHECK = Check(
    rule=HTTPS,
    asks="Are webhook, redirect and API addresses HTTPS, certificates checked, and is the region"
    " right?",
    run=run,
    samples=SAMPLES,
)
