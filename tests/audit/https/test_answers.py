"""Where the answer is neither yes nor no, and what does not concern Intercom."""

from __future__ import annotations

from intercom_scan.policy.model import AuditSettings
from tests.audit.texts import answered

CALL = "import requests\n\nrequests.get('https://api.{}intercom.io/me')\n"


def test_without_intercom_there_is_nothing_to_ask() -> None:
    code = "import requests\n\nrequests.get('http://news.acme.io', verify=False)\n"
    assert answered({"news.py": code}, "https-only").answer == "not-applicable"


def test_what_others_are_asked_without_a_check_is_theirs() -> None:
    code = CALL.format("") + "requests.get('https://printer.lan', verify=False)\n"
    assert answered({"app.py": code}, "https-only").answer == "pass"


def test_hosts_of_several_regions() -> None:
    files = {"a.py": CALL.format("eu."), "b.py": CALL.format("au.")}
    assert answered(files, "https-only").answer == "cannot-tell"
    known = answered(files, "https-only", AuditSettings(region="eu"))
    assert known.answer == "fail"
    assert [each.path for each in known.evidence] == ["b.py"]
    one = {"a.py": CALL.format("eu.")}
    assert answered(one, "https-only", AuditSettings(region="eu")).answer == "pass"
    assert answered(one, "https-only", AuditSettings(region="us")).answer == "fail"


def test_a_host_that_is_computed() -> None:
    code = "const url = `http://${request.host}/auth/intercom/callback`;\n"
    assert answered({"a.js": code}, "https-only").answer == "cannot-tell"
    assert answered({"a.js": code.replace("http:", "https:")}, "https-only").answer == "pass"


def test_machines_of_developers_need_no_encryption() -> None:
    for host in ("localhost:3000", "127.0.0.1", "intercom-mock:8080", "desk.test", "[::1]:80"):
        code = f"const intercomCallbackUrl = 'http://{host}/intercom/callback';\n"
        assert answered({"a.js": code}, "https-only").answer == "pass", host
    code = "const intercomCallbackUrl = 'http://desk.acme.io/intercom/callback';\n"
    assert answered({"a.js": code}, "https-only").answer == "fail"


def test_links_are_no_calls() -> None:
    code = "const intercomUrl = 'http://www.intercom.com/help';\n"
    assert answered({"a.js": code}, "https-only").answer == "pass"


def test_a_database_has_certificates_of_its_own() -> None:
    code = "const {{ token }} = config;\nmodule.exports = new {}({{ {} }});\n"
    option = "rejectUnauthorized: false"
    for made, options in (("Pool", f"ssl: {{ {option} }}"), ("Redis", option)):
        files = {"src/intercom-store.js": code.format(made, options)}
        assert answered(files, "https-only").answer == "pass", made
    files = {"src/intercom-client.js": code.format("https.Agent", option)}
    assert answered(files, "https-only").answer == "fail"
