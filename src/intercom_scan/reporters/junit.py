"""The junit format: JUnit's XML, for the test pages of Jenkins, CircleCI, Azure and others.

A test case a finding, one a check of an audit that has none, and one for the scan itself, so that
no report is without any. A case has
the same name as long as its secret is there, so that services can say since when it fails. Held
to the schema of Jenkins, which knows no attribute for a file or a line:
https://github.com/jenkinsci/xunit-plugin/tree/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd
Never carries a secret, whatever the options say.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from intercom_scan._version import VERSION
from intercom_scan.escape import terminal
from intercom_scan.masking import Mask
from intercom_scan.reporters.checks import ANSWERS, spot
from intercom_scan.reporters.summary import ordered, summarise, verdict_line
from intercom_scan.reporters.wording import address, named, relative, told, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from intercom_scan.finding import Checked, Finding, ScanResult
    from intercom_scan.reporters.model import Options


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write one suite: the scan's own case, then one for each finding."""
    mask = Mask(result.findings)
    findings = ordered(result.findings)
    kinds = Counter(_outcome(finding, options) for finding in findings)
    checks = [check for check in result.checks if check.answer != "fail"]
    kinds["skipped"] += sum(check.answer != "pass" for check in checks)
    counts = {
        "name": "intercom-scan",
        "tests": len(findings) + len(checks) + 1,
        "failures": kinds["failure"],
        "errors": 0 if result.complete else 1,
        "time": f"{result.seconds:.3f}",
    }
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f"{_start('testsuites', counts)}\n")
    out.write(f"{_start('testsuite', {**counts, 'skipped': kinds['skipped']})}\n")
    out.write(_properties(result, options))
    out.write(_whole(result, options, mask))
    for check in checks:
        out.write(_check(check, mask))
    for finding in findings:
        out.write(_case(finding, options, mask))
    out.write("</testsuite>\n</testsuites>\n")


def _start(name: str, attributes: Mapping[str, object]) -> str:
    pairs = (f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>"


def _element(name: str, attributes: Mapping[str, object], text: str = "") -> str:
    return f"{_start(name, attributes)}{escape(text)}</{name}>"


def _properties(result: ScanResult, options: Options) -> str:
    values = {
        "version": VERSION,
        "mode": result.mode,
        "commits": result.commits,
        "objects": result.objects,
        "bytes": result.bytes,
        "complete": str(result.complete).lower(),
        "fail_on": options.fail_on.label,
    }
    lines = [_element("property", {"name": key, "value": values[key]}) for key in values]
    return "\n".join(["<properties>", *lines, "</properties>\n"])


def _test(class_: str, name: str, *inside: str) -> str:
    start = _start("testcase", {"classname": class_, "name": name})
    return "\n".join([start, *inside, "</testcase>\n"])


def _whole(result: ScanResult, options: Options, mask: Mask) -> str:
    """The case that passes where everything was read."""
    verdict = verdict_line(result, summarise(result, options.fail_on), options.fail_on)
    failed = {"type": "incomplete", "message": "the scan is incomplete"}
    told_ = [] if result.complete else [_element("error", failed, "\n".join(unread(result, mask)))]
    return _test(
        "intercom-scan", "everything was read", *told_, _element("system-out", {}, verdict)
    )


def _check(check: Checked, mask: Mask) -> str:
    """Skipped where there is no answer or nothing to ask: only a pass is shown as one."""
    seen = "\n".join(
        spot(each, lambda text, limit: terminal(mask(text), limit)) for each in check.evidence
    )
    if check.answer == "pass":
        return _test("intercom-scan audit", check.id, _element("system-out", {}, seen))
    attributes = {"type": check.answer, "message": ANSWERS[check.answer]}
    return _test("intercom-scan audit", check.id, _element("skipped", attributes, seen))


def _outcome(finding: Finding, options: Options) -> str:
    fails = finding.status == "new" and finding.severity >= options.fail_on
    return "failure" if fails else "skipped"


def _case(finding: Finding, options: Options, mask: Mask) -> str:
    """Failed where it fails the build; else skipped, with the reason."""
    outcome = _outcome(finding, options)
    message = named(finding)
    if finding.status != "new":
        message = f"{finding.status}: {terminal(mask(finding.reason or 'no reason given'))}"
    elif outcome == "skipped":
        message = f"below {options.fail_on.label}: {message}"
    attributes = {"type": finding.severity.label, "message": message}
    text = "\n".join(told(finding, mask))
    # Without the line, which changes whenever the file does.
    path = terminal(mask(relative(address(finding.places[0]), options.root)))
    name = f"{path} ({finding.fingerprint[:12]})"
    return _test(finding.rule.id, name, _element(outcome, attributes, text))
