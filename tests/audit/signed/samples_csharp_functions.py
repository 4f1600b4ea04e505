"""Handlers of webhooks in C# that a trigger starts, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FUNCTION = Sample(
    {
        "IntercomFunction.cs": """
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Acme.Functions;

public class IntercomFunction
{
    private readonly QueueClient _queue;

    public IntercomFunction(QueueClient queue) => _queue = queue;

    [Function("IntercomWebhook")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "intercom")] HttpRequestData req)
    {
        var secret = Environment.GetEnvironmentVariable("INTERCOM_CLIENT_SECRET")
            ?? throw new InvalidOperationException("INTERCOM_CLIENT_SECRET is not set");
        var body = await req.ReadAsStringAsync();
        string header = req.Headers.TryGetValues("X-Hub-Signature", out var values)
            ? values.First()
            : string.Empty;

        if (!Signed(body, header, secret))
        {
            return req.CreateResponse(HttpStatusCode.Unauthorized);
        }

        await _queue.SendMessageAsync(body);
        return req.CreateResponse(HttpStatusCode.OK);
    }

    private static bool Signed(string body, string header, string secret)
    {
        using var hmac = new HMACSHA1(Encoding.UTF8.GetBytes(secret));
        byte[] digest = hmac.ComputeHash(Encoding.UTF8.GetBytes(body));
        var hex = string.Concat(digest.Select(b => b.ToString("x2")));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes("sha1=" + hex), Encoding.UTF8.GetBytes(header));
    }
}
""",
    },
    {
        "unchecked": ("if (!Signed(body, header, secret))", "if (string.IsNullOrEmpty(body))",
                      "never checks"),
        "literal": (
            'Environment.GetEnvironmentVariable("INTERCOM_CLIENT_SECRET")\n'
            "            ?? throw new InvalidOperationException("
            '"INTERCOM_CLIENT_SECRET is not set")',
            '"not-a-secret"',
            "stands in the code",
        ),
        "only-logs": ("return req.CreateResponse(HttpStatusCode.Unauthorized);",
                      'Console.WriteLine("unsigned");', "wrong signature is acted on"),
        "plain": (
            "return CryptographicOperations.FixedTimeEquals(\n"
            '            Encoding.UTF8.GetBytes("sha1=" + hex), Encoding.UTF8.GetBytes(header));',
            'return header == "sha1=" + hex;',
            "constant time",
        ),
        "sends-first": (
            "        if (!Signed(",
            "        await _queue.SendMessageAsync(body);\n        if (!Signed(",
            "before it is refused",
        ),
    },
)  # fmt: skip

SAMPLES = {"csharp-function": FUNCTION}
