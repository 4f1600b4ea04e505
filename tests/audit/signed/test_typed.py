"""Where a trail ends in Go and C#, and what is no handler there."""

from __future__ import annotations

import pytest

from intercom_scan.audit.checks import webhook_verified
from intercom_scan.audit.signed.judging import CANVAS, WEBHOOK
from tests.audit.signed.projects import judged, said
from tests.audit.signed.samples_csharp import CONTROLLER
from tests.audit.signed.samples_csharp_frameworks import FILTER, SERVICE
from tests.audit.signed.samples_go import PLAIN, STRUCT
from tests.audit.signed.samples_go_frameworks import FIBER, GIN
from tests.audit.texts import project

LIBRARY = """
package main

import (
	"net/http"
	"os"

	"github.com/acme/intercom"
)

func main() {
	secret := os.Getenv("INTERCOM_CLIENT_SECRET")
	http.HandleFunc("/webhooks/intercom", func(w http.ResponseWriter, r *http.Request) {
		event, err := intercom.VerifyWebhook(r, secret)
		if err != nil {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
		go publish(event)
	})
}
"""
TOOLS = """
package hooks

import "github.com/labstack/echo/v4"

func intercomSignature(c echo.Context) string {
	return c.Request().Header.Get("X-Hub-Signature")
}

func logIntercom(c echo.Context) error {
	log.Print(intercomSignature(c))
	return nil
}
"""


def without(files: dict[str, str], *paths: str) -> dict[str, str]:
    return {path: text for path, text in files.items() if path not in paths}


@pytest.mark.parametrize(
    ("files", "lost"),
    [
        (without(GIN.files, "middleware/signature.go"), "IntercomSignature is not in"),
        (without(STRUCT.files, "internal/intercom/middleware.go"), "Verify"),
        (without(FILTER.files, "Filters/IntercomSignatureAttribute.cs"),
         "IntercomSignature is not in the repository"),
        (without(SERVICE.files, "Webhooks/SignatureVerifier.cs"),
         "Verify() is not in the repository"),
        ({"main.go": LIBRARY}, "VerifyWebhook() is not in the repository"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_repository_is_told(files: dict[str, str], lost: str) -> None:
    wrong, open_ways = said(files, WEBHOOK)
    assert wrong == set()
    assert any(lost in words for words in open_ways), open_ways


def test_what_others_call_is_no_handler() -> None:
    """A function that only reads the signature has the parameters of a handler, too."""
    found = judged({"hooks/intercom.go": TOOLS}, WEBHOOK)
    assert [(each.where.line, len(each.wrong)) for each in found] == [(10, 1)]
    assert judged({"hooks/intercom.go": TOOLS}, CANVAS) == []


def test_other_routes_are_not_asked_about() -> None:
    code = PLAIN.files["main.go"].replace(
        "\tmux := http.NewServeMux()\n",
        "\tmux := http.NewServeMux()\n"
        '\tmux.HandleFunc("GET /intercom/webhook-status", status)\n'
        '\tmux.HandleFunc("POST /login", login)\n',
    )
    more = (
        "\nfunc status(w http.ResponseWriter, r *http.Request) {\n\tw.WriteHeader(200)\n}\n"
        "\nfunc login(w http.ResponseWriter, r *http.Request) {\n\tsignIn(r.Body)\n}\n"
    )
    files = {"main.go": code + more}
    assert len(judged(files, WEBHOOK)) == 1
    assert said(files, WEBHOOK) == (set(), set())


def test_a_middleware_of_another_path_is_none() -> None:
    code = FIBER.files["internal/http/intercom.go"].replace(
        'app.Group("/hooks", deps.onlyIntercom)', 'app.Group("/hooks")'
    ).replace("func (d Deps) receive", 'func unused(app *fiber.App, d Deps) {\n\t'
              'app.Group("/other", d.onlyIntercom)\n}\n\nfunc (d Deps) receive')  # fmt: skip
    assert said({"internal/http/intercom.go": code}, WEBHOOK)[0] == {"never checks the signature"}


def test_a_program_that_does_not_start_without_a_secret_is_safe() -> None:
    code = PLAIN.files["main.go"].replace(
        "if !signed(body,", "if len(clientSecret) > 0 && !signed(body,"
    )
    assert said({"main.go": code}, WEBHOOK)[0]
    code = code.replace(
        "\tmux := http.NewServeMux()\n",
        '\tif len(clientSecret) == 0 {\n\t\tlog.Fatal("no secret")\n\t}\n'
        "\tmux := http.NewServeMux()\n",
    )
    assert said({"main.go": code}, WEBHOOK) == (set(), set())


def test_answers_of_whole_projects() -> None:
    outcome = webhook_verified.run(project({**STRUCT.files, **CONTROLLER.files}))
    assert outcome.answer == "pass"
    assert [each.path for each in outcome.evidence] == [
        "Controllers/IntercomWebhookController.cs", "internal/intercom/handler.go",
    ]  # fmt: skip


def test_a_filter_that_sets_a_result_ends_the_request() -> None:
    files = {
        path: text.replace("IAsyncResourceFilter", "IAuthorizationFilter")
        .replace("async Task OnResourceExecutionAsync(", "void OnAuthorization(")
        .replace(
            "ResourceExecutingContext context, ResourceExecutionDelegate next)",
            "AuthorizationFilterContext context)",
        )
        .replace("await request.Body.CopyToAsync", "request.Body.CopyTo")
        .replace("        await next();\n", "")
        for path, text in FILTER.files.items()
    }
    assert said(files, WEBHOOK) == (set(), set())
    path = "Filters/IntercomSignatureAttribute.cs"
    files[path] = files[path].replace("context.Result = new UnauthorizedResult();\n", "")
    assert "a request with a wrong signature is acted on" in said(files, WEBHOOK)[0]


def test_what_makes_a_middleware_is_no_handler() -> None:
    path = "middleware/signature.go"
    assert judged({path: GIN.files[path]}, WEBHOOK) == []
