"""Ways in which Java says the same, and those in which the trail of a check ends."""

from __future__ import annotations

import pytest

from intercom_scan.audit.signed.judging import WEBHOOK
from tests.audit.signed.projects import judged

CONTROLLER = """
package com.acme;

import com.acme.crypto.*;
import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/intercom")
public class Hooks {
  @Value("${intercom.secret}") private String secret;
  @Autowired private Events events;
  FIELDS

  @PostMapping("/webhook")
  public ResponseEntity<Void> hook(PARAMS) throws Exception {
    CHECK
    events.handle(body);
    return ResponseEntity.ok().build();
  }

  private boolean valid(String body, String given) throws Exception {
    return given != null && valid(body, given, secret);
  }

  private boolean valid(String body, String given, String key) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(key.getBytes(), "HmacSHA1"));
    String wanted = String.format("sha1=%040x", new BigInteger(1, mac.doFinal(body.getBytes())));
    return MessageDigest.isEqual(wanted.getBytes(), given.getBytes());
  }
}
"""
UTIL = """
package com.acme.crypto;

public final class Signed {
  public static boolean by(String key, String body, String given) {
    String wanted = HmacUtils.hmacSha1Hex(key, body);
    return MessageDigest.isEqual(wanted.getBytes(), given.replaceFirst("sha1=", "").getBytes());
  }
}
"""
LOMBOK = """
package com.acme;

@Data
@ConfigurationProperties("intercom")
public class Settings {
  private Webhook webhook = new Webhook();

  @Data
  public static class Webhook {
    private String clientSecret;
  }
}
"""
PARAMS = (
    '@RequestHeader(value = "X-Hub-Signature", required = false) String given,'
    " @RequestBody String body"
)
REFUSE = "return ResponseEntity.status(401).build();"
FOUND = f"if (!valid(body, given)) {REFUSE}"
SETTINGS = "src/main/resources/application.yml"


def said(check: str, fields: str = "", params: str = PARAMS, **more: str) -> tuple[str, set[str]]:
    """The answer for a handler that checks so, and its words."""
    code = CONTROLLER.replace("FIELDS", fields).replace("PARAMS", params).replace("CHECK", check)
    others = {"Signed": "src/Signed.java", "Settings": "src/Settings.java", "yml": SETTINGS}
    files = {"src/Hooks.java": code, **{others[name]: text for name, text in more.items()}}
    found = judged(files, WEBHOOK)
    wrong = {words for each in found for _, words in each.wrong}
    lost = {words for each in found for _, words in each.lost}
    answer = "fail" if wrong else "cannot-tell" if lost else "pass" if found else "none"
    return answer, wrong or lost


@pytest.mark.parametrize(
    ("check", "fields", "params"),
    [
        pytest.param(FOUND, "", PARAMS, id="overloads"),
        pytest.param(f"if (given == null || !Signed.by(secret, body, given)) {REFUSE}", "", PARAMS,
                     id="a class of an imported package"),
        pytest.param(f"if (given.isEmpty() || !valid(body, given.get())) {REFUSE}", "",
                     '@RequestHeader("X-Hub-Signature") Optional<String> given, '
                     "@RequestBody String body", id="an Optional"),
        pytest.param(f'String given = headers.get("x-hub-signature"); {FOUND}', "",
                     "@RequestHeader Map<String, String> headers, @RequestBody String body",
                     id="all headers"),
        pytest.param(f"if (!valid(body, given, settings.getWebhook().getClientSecret())) {REFUSE}",
                     "private final Settings settings;",
                     PARAMS.replace(", required = false", ""), id="settings without getters"),
        pytest.param("try { demand(body, given); } catch (IOException e) { log.warn(e); }",
                     "private void demand(String body, String given) throws Exception {"
                     ' if (!valid(body, given)) throw new UnauthorizedException("no"); }', PARAMS,
                     id="what is caught is something else"),
        pytest.param("Signed.by(secret, body, given);" + FOUND, "", PARAMS, id="asked twice"),
    ],
)  # fmt: skip
def test_what_is_right_however_it_is_written(check: str, fields: str, params: str) -> None:
    assert said(check, fields, params, Signed=UTIL, Settings=LOMBOK) == ("pass", set())


@pytest.mark.parametrize(
    ("check", "fields", "words"),
    [
        (f"if (!client.verifySignature(body, given)) {REFUSE}", "", "not in the repository"),
        (
            f"if (verifies && !valid(body, given)) {REFUSE}",
            '@Value("${intercom.verify:true}") private boolean verifies;',
            "what happens depends on intercom.verify",
        ),
        (f"if (!given.equals(Native.made(body))) {REFUSE}", "", "cannot follow what equals()"),
    ],
)
def test_where_the_trail_ends(check: str, fields: str, words: str) -> None:
    answer, found = said(check, fields)
    assert answer == "cannot-tell"
    assert any(words in each for each in found)


def test_an_annotation_that_may_stand_for_a_check_ends_the_trail() -> None:
    for params in ("@RequestBody String body", "@SignedByIntercom String body"):
        answer, words = said("", params=params)
        marked = "Signed" in params
        assert answer == ("cannot-tell" if marked else "fail")
        assert words == (
            {"@SignedByIntercom is not followed"} if marked else {"never checks the signature"}
        )


def test_a_default_of_the_applications_settings_counts() -> None:
    line = "intercom:\n  secret: ${INTERCOM_CLIENT_SECRET%s}\n"
    assert said(FOUND, yml=line % "")[0] == "pass"
    assert said(FOUND, yml=line % ":") == (
        "fail", {"the signature is computed with an empty secret"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("thrown", "caught", "answer"),
    [
        ("SecurityException", "IOException", "pass"),
        ("SecurityException", "SecurityException", "fail"),
        ("SecurityException", "IOException | SecurityException", "fail"),
        ("SecurityException", "Exception", "fail"),
        ("SecurityException", "ParseException e) { } catch (SecurityException", "fail"),
        ("IOException", "IOException", "fail"),
        ("IOException", "ParseException", "pass"),
    ],
)
def test_what_is_thrown_is_caught_by_its_class(thrown: str, caught: str, answer: str) -> None:
    check = (
        f'try {{ if (!valid(body, given)) throw new {thrown}("no"); }}'
        f' catch ({caught} e) {{ log.warn("no", e); }}'
    )
    assert said(check)[0] == answer


def test_a_required_header_that_is_compared_with_something_else_ends_the_trail() -> None:
    params = PARAMS.replace(", required = false", "")
    trail = "cannot follow what the signature is compared with"
    assert said(f"if (given != Native.made()) {REFUSE}", params=params) == ("cannot-tell", {trail})


@pytest.mark.parametrize("given", ["missing", "given"])
def test_of_functions_of_one_name_the_arguments_choose(given: str) -> None:
    fields = "private boolean valid(String body) { return true; }"
    check = f"if (!valid(body{', given' if given == 'given' else ''})) {REFUSE}"
    assert said(check, fields)[0] == ("pass" if given == "given" else "fail")
