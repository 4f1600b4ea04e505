"""What `explain` shows of handlers in Go and C#."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Sample

if TYPE_CHECKING:
    from intercom_scan.audit.signed.judging import Kind

_GO = """\
package main

import (
	"crypto/hmac"
	"crypto/{algorithm}"
	"encoding/hex"
	"io"
	"net/http"
	"os"
)

func signed(body []byte, given string) bool {
	secret := os.Getenv("INTERCOM_CLIENT_SECRET")
	mac := hmac.New({algorithm}.New, []byte(secret))
	mac.Write(body)
	wanted := "{prefix}" + hex.EncodeToString(mac.Sum(nil))
	return secret != "" && hmac.Equal([]byte(wanted), []byte(given))
}

func {action}(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !signed(body, r.Header.Get("{header}")) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	answer(w, body)
}

func main() {
	http.HandleFunc("POST /intercom/{action}", {action})
	http.ListenAndServe(":8080", nil)
}
"""
_CSHARP = """\
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;

[ApiController]
public class IntercomController(IConfiguration configuration, ISupport support) : ControllerBase
{
    [HttpPost("intercom/{action}")]
    public async Task<IActionResult> Receive()
    {
        using var reader = new StreamReader(Request.Body);
        var body = await reader.ReadToEndAsync();
        var key = Encoding.UTF8.GetBytes(configuration["Intercom:ClientSecret"]!);
        var digest = HMAC{ALGORITHM}.HashData(key, Encoding.UTF8.GetBytes(body));
        var wanted = "{prefix}" + Convert.ToHexString(digest).ToLowerInvariant();
        var given = Request.Headers["{header}"].ToString();
        if (!CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given)))
        {
            return Unauthorized();
        }
        return Ok(await support.HandleAsync(body));
    }
}
"""


def samples(kind: Kind, header: str, action: str, prefix: str) -> tuple[Sample, ...]:
    """A safe and an unsafe handler in each language, for a kind of signed request."""
    said = {
        "{header}": header,
        "{action}": action,
        "{algorithm}": kind.algorithm,
        "{ALGORITHM}": kind.algorithm.upper(),
        "{prefix}": prefix,
    }
    go, csharp = _GO, _CSHARP
    for place, text in said.items():
        go, csharp = go.replace(place, text), csharp.replace(place, text)
    return (
        Sample(
            language="Go",
            path="intercom.go",
            safe=go,
            unsafe=go.replace("\t\treturn\n\t}\n\tanswer", "\t}\n\tanswer"),
        ),
        Sample(
            language="C#",
            path="IntercomController.cs",
            safe=csharp,
            unsafe=csharp.replace(
                "if (!CryptographicOperations.FixedTimeEquals(\n"
                "            Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given)))",
                "if (given.Length > 0 && given != wanted)",
            ),
        ),
    )
