"""Handlers of webhooks in C# that are right, and ways to break each: controllers, minimal APIs."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

CONTROLLER = Sample(
    {
        "Controllers/IntercomWebhookController.cs": """
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Support.Api.Controllers;

[ApiController]
[Route("webhooks/intercom")]
public class IntercomWebhookController : ControllerBase
{
    private readonly IConfiguration _configuration;
    private readonly IEventQueue _queue;
    private readonly ILogger<IntercomWebhookController> _logger;

    public IntercomWebhookController(
        IConfiguration configuration,
        IEventQueue queue,
        ILogger<IntercomWebhookController> logger)
    {
        _configuration = configuration;
        _queue = queue;
        _logger = logger;
    }

    [HttpPost]
    public async Task<IActionResult> Receive(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(cancellationToken);

        if (!Request.Headers.TryGetValue("X-Hub-Signature", out var signature))
        {
            return Unauthorized();
        }
        if (!IsValid(body, signature.ToString()))
        {
            _logger.LogWarning("Signature does not match");
            return Unauthorized();
        }

        var notification = JsonSerializer.Deserialize<Notification>(body);
        await _queue.EnqueueAsync(notification, cancellationToken);
        return Ok();
    }

    private bool IsValid(string body, string signature)
    {
        var key = Encoding.UTF8.GetBytes(_configuration["Intercom:ClientSecret"]);
        using var hmac = new HMACSHA1(key);
        var hash = hmac.ComputeHash(Encoding.UTF8.GetBytes(body));
        var expected = "sha1=" + Convert.ToHexString(hash).ToLowerInvariant();
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(expected),
            Encoding.ASCII.GetBytes(signature));
    }
}

public record Notification(string Topic, JsonElement Data);
""",
    },
    {
        "plain": (
            "return CryptographicOperations.FixedTimeEquals(\n"
            "            Encoding.ASCII.GetBytes(expected),\n"
            "            Encoding.ASCII.GetBytes(signature));",
            "return expected == signature;",
            "constant time",
        ),
        "equals": (
            "return CryptographicOperations.FixedTimeEquals(\n"
            "            Encoding.ASCII.GetBytes(expected),\n"
            "            Encoding.ASCII.GetBytes(signature));",
            "return string.Equals(expected, signature, StringComparison.OrdinalIgnoreCase);",
            "constant time",
        ),
        "sha256": ("new HMACSHA1(key)", "new HMACSHA256(key)", "HMAC-SHA256"),
        "literal": ('_configuration["Intercom:ClientSecret"]', '"not-a-secret"',
                    "stands in the code"),
        "empty": ('_configuration["Intercom:ClientSecret"]',
                  '_configuration["Intercom:ClientSecret"] ?? string.Empty', "empty secret"),
        "only-logs": (
            '_logger.LogWarning("Signature does not match");\n            return Unauthorized();',
            '_logger.LogWarning("Signature does not match");',
            "wrong signature is acted on",
        ),
        "missing": (
            "        {\n            return Unauthorized();\n        }\n        if (!IsValid",
            "        {\n            _logger.LogInformation(\"unsigned\");\n        }\n"
            "        else if (!IsValid",
            "without a signature is acted on",
        ),
        "inverted": ("if (!IsValid(", "if (IsValid(", "inverted"),
        "unset": (
            "if (!IsValid(",
            'if (!string.IsNullOrEmpty(_configuration["Intercom:ClientSecret"]) && !IsValid(',
            "without a secret",
        ),
        "acts-first": (
            "        if (!IsValid(",
            "        await _queue.EnqueueAsync(body, cancellationToken);\n        if (!IsValid(",
            "before it is refused",
        ),
        "serialised": (
            "hmac.ComputeHash(Encoding.UTF8.GetBytes(body))",
            "hmac.ComputeHash(JsonSerializer.SerializeToUtf8Bytes("
            "JsonSerializer.Deserialize<JsonElement>(body)))",
            "written anew",
        ),
        "never": ("if (!IsValid(body, signature.ToString()))", "if (body.Length == 0)",
                  "never checks"),
        "fire-and-forget": (
            "        if (!Request.Headers",
            "        _ = Task.Run(() => _queue.EnqueueAsync(body, cancellationToken));\n"
            "        if (!Request.Headers",
            "acted on",
        ),
        "from-body": (
            "Receive(CancellationToken cancellationToken)\n    {\n"
            "        using var reader = new StreamReader(Request.Body, Encoding.UTF8);\n"
            "        var body = await reader.ReadToEndAsync(cancellationToken);\n",
            "Receive([FromBody] JsonElement payload, CancellationToken cancellationToken)\n    {\n"
            "        var body = JsonSerializer.Serialize(payload);\n",
            "written anew",
        ),
    },
)  # fmt: skip

MINIMAL = Sample(
    {
        "Program.cs": """
using System.Security.Cryptography;
using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<EventStore>();
var app = builder.Build();

var clientSecret = builder.Configuration["Intercom:ClientSecret"]
    ?? throw new InvalidOperationException("Intercom:ClientSecret is not set");

app.MapGet("/health", () => Results.Ok());

app.MapPost("/webhooks/intercom", async (HttpRequest request, EventStore store) =>
{
    using var buffer = new MemoryStream();
    await request.Body.CopyToAsync(buffer);
    var payload = buffer.ToArray();

    string? header = request.Headers["X-Hub-Signature"];
    if (header is null || !header.StartsWith("sha1=", StringComparison.Ordinal))
    {
        return Results.Unauthorized();
    }

    byte[] given;
    try
    {
        given = Convert.FromHexString(header["sha1=".Length..]);
    }
    catch (FormatException)
    {
        return Results.BadRequest();
    }

    var expected = HMACSHA1.HashData(System.Text.Encoding.UTF8.GetBytes(clientSecret), payload);
    if (!CryptographicOperations.FixedTimeEquals(expected, given))
    {
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    using var document = JsonDocument.Parse(payload);
    var topic = document.RootElement.GetProperty("topic").GetString();
    if (topic == "conversation.user.created")
    {
        await store.SaveAsync(document.RootElement.GetProperty("data"));
    }
    return Results.Ok();
});

app.Run();
""",
    },
    {
        "plain": ("!CryptographicOperations.FixedTimeEquals(expected, given)",
                  "!expected.SequenceEqual(given)", "constant time"),
        "sha256": ("HMACSHA1.HashData", "HMACSHA256.HashData", "HMAC-SHA256"),
        "open": (
            'if (header is null || !header.StartsWith("sha1=", StringComparison.Ordinal))\n'
            "    {\n        return Results.Unauthorized();\n    }\n\n    byte[] given;",
            "byte[] given;\n    if (header is null)\n    {\n"
            "        await store.SaveAsync(payload);\n        return Results.Ok();\n    }",
            "without a signature is acted on",
        ),
        "forgotten": (
            "return Results.StatusCode(StatusCodes.Status401Unauthorized);",
            "Results.StatusCode(StatusCodes.Status401Unauthorized);",
            "wrong signature is acted on",
        ),
        "hard-coded": (
            'builder.Configuration["Intercom:ClientSecret"]\n'
            '    ?? throw new InvalidOperationException("Intercom:ClientSecret is not set")',
            '"not-a-secret"',
            "stands in the code",
        ),
        "guard": (
            "if (!CryptographicOperations.FixedTimeEquals(expected, given))",
            "if (!CryptographicOperations.FixedTimeEquals(expected, given) && args.Length > 3)",
            "wrong signature is acted on",
        ),
    },
)  # fmt: skip

MIDDLEWARE = Sample(
    {
        "src/Web/Program.cs": """
using Web.Intercom;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.Configure<IntercomOptions>(builder.Configuration.GetSection("Intercom"));
var app = builder.Build();
app.UseRouting();
app.UseMiddleware<IntercomSignatureMiddleware>();
app.MapControllers();
app.Run();
""",
        "src/Web/Intercom/IntercomOptions.cs": """
namespace Web.Intercom;

public sealed class IntercomOptions
{
    public string ClientSecret { get; set; } = default!;
}
""",
        "src/Web/Intercom/IntercomSignatureMiddleware.cs": """
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Web.Intercom;

public class IntercomSignatureMiddleware
{
    private readonly RequestDelegate _next;
    private readonly IntercomOptions _options;

    public IntercomSignatureMiddleware(RequestDelegate next, IOptions<IntercomOptions> options)
    {
        _next = next;
        _options = options.Value;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/hooks/intercom"))
        {
            await _next(context);
            return;
        }

        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        context.Request.Body.Position = 0;

        var header = context.Request.Headers["X-Hub-Signature"].FirstOrDefault();
        if (string.IsNullOrEmpty(header) || !Matches(body, header))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("invalid signature");
            return;
        }
        await _next(context);
    }

    private bool Matches(string body, string header)
    {
        using (var mac = new HMACSHA1(Encoding.UTF8.GetBytes(_options.ClientSecret)))
        {
            var digest = mac.ComputeHash(Encoding.UTF8.GetBytes(body));
            var expected = $"sha1={BitConverter.ToString(digest).Replace("-", "").ToLower()}";
            return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));
        }
    }
}
""",
        "src/Web/Intercom/HooksController.cs": """
using Microsoft.AspNetCore.Mvc;

namespace Web.Intercom;

[Route("hooks")]
public class HooksController : Controller
{
    private readonly ISupportService _support;

    public HooksController(ISupportService support) => _support = support;

    [HttpPost("intercom")]
    public async Task<ActionResult> Intercom([FromBody] IntercomEvent notification)
    {
        if (!ModelState.IsValid)
        {
            return BadRequest(ModelState);
        }
        await _support.HandleAsync(notification);
        return Ok();
    }
}

public class IntercomEvent
{
    public string Topic { get; set; }
    public string Id { get; set; }
}
""",
    },
    {
        "unused": ("app.UseMiddleware<IntercomSignatureMiddleware>();\n", "", "never checks"),
        "elsewhere": ('"/hooks/intercom"', '"/webhooks/intercom"', "never checks"),
        "forgotten-return": (
            'await context.Response.WriteAsync("invalid signature");\n            return;',
            'await context.Response.WriteAsync("invalid signature");',
            "before it is refused",
        ),
        "missing": (
            "if (string.IsNullOrEmpty(header) || !Matches(body, header))",
            "if (!string.IsNullOrEmpty(header) && !Matches(body, header))",
            "without a signature is acted on",
        ),
        "plain": (
            "return CryptographicOperations.FixedTimeEquals(\n"
            "                Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));",
            "return expected.Equals(header);",
            "constant time",
        ),
        "sha256": ("new HMACSHA1(", "new HMACSHA256(", "HMAC-SHA256"),
    },
)  # fmt: skip

SAMPLES = {
    "csharp-controller": CONTROLLER,
    "csharp-minimal": MINIMAL,
    "csharp-middleware": MIDDLEWARE,
}
