"""Handlers of webhooks in C# behind filters and services, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FILTER = Sample(
    {
        "Filters/IntercomSignatureAttribute.cs": """
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Acme.Filters;

[AttributeUsage(AttributeTargets.Method)]
public sealed class IntercomSignatureAttribute : Attribute, IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(
        ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var request = context.HttpContext.Request;
        var settings = context.HttpContext.RequestServices.GetRequiredService<IConfiguration>();
        var secret = settings.GetValue<string>("Intercom:ClientSecret");
        if (string.IsNullOrWhiteSpace(secret))
        {
            context.Result = new StatusCodeResult(500);
            return;
        }

        request.EnableBuffering();
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy);
        request.Body.Seek(0, SeekOrigin.Begin);

        using var hmac = new HMACSHA1(Encoding.UTF8.GetBytes(secret));
        var expected = "sha1=" + Convert.ToHexString(hmac.ComputeHash(copy.ToArray())).ToLower();
        var actual = request.Headers["X-Hub-Signature"].ToString();
        if (!CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(actual), Encoding.UTF8.GetBytes(expected)))
        {
            context.Result = new UnauthorizedResult();
            return;
        }
        await next();
    }
}
""",
        "Controllers/WebhooksController.cs": """
using Acme.Filters;
using Microsoft.AspNetCore.Mvc;

namespace Acme.Controllers;

[Route("api/webhooks")]
public class WebhooksController : Controller
{
    private readonly IMediator _mediator;

    public WebhooksController(IMediator mediator)
    {
        _mediator = mediator;
    }

    [HttpPost("intercom")]
    [IntercomSignature]
    public async Task<IActionResult> Intercom([FromBody] IntercomNotification notification)
    {
        switch (notification.Topic)
        {
            case "conversation.user.created":
            case "conversation.user.replied":
                await _mediator.Send(new ConversationChanged(notification.Data));
                break;
            default:
                return Ok();
        }
        return Accepted();
    }
}

public record IntercomNotification(string Topic, string Id, object Data);
""",
    },
    {
        "unused": ("    [IntercomSignature]\n", "", "never checks"),
        "goes-on": ("context.Result = new UnauthorizedResult();\n            return;",
                    "context.HttpContext.Items[\"unsigned\"] = true;",
                    "wrong signature is acted on"),
        "unset": ("context.Result = new StatusCodeResult(500);", "await next();",
                  "without a secret"),
        "missing": (
            "if (!CryptographicOperations.FixedTimeEquals(",
            'if (actual != "" && !CryptographicOperations.FixedTimeEquals(',
            "without a signature is acted on",
        ),
        "plain": (
            "!CryptographicOperations.FixedTimeEquals(\n"
            "                Encoding.UTF8.GetBytes(actual), Encoding.UTF8.GetBytes(expected))",
            "actual != expected",
            "constant time",
        ),
        "sha512": ("new HMACSHA1(", "new HMACSHA512(", "HMAC-SHA512"),
    },
)  # fmt: skip

SERVICE = Sample(
    {
        "Webhooks/SignatureVerifier.cs": """
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Acme.Webhooks;

public interface ISignatureVerifier
{
    bool Verify(byte[] payload, string? header);
}

public class SignatureVerifier : ISignatureVerifier
{
    private const string Prefix = "sha1=";
    private readonly byte[] _key;

    public SignatureVerifier(IOptions<IntercomSettings> settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(settings.Value.ClientSecret);
        _key = Encoding.UTF8.GetBytes(settings.Value.ClientSecret);
    }

    public bool Verify(byte[] payload, string? header)
    {
        if (header is not { Length: 45 } given || !given.StartsWith(Prefix))
            return false;

        Span<byte> hash = HMACSHA1.HashData(_key, payload);
        var expected = Prefix + Convert.ToHexString(hash).ToLowerInvariant();
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given));
    }
}
""",
        "Webhooks/IntercomSettings.cs": """
namespace Acme.Webhooks;

public class IntercomSettings
{
    public string ClientSecret { get; init; } = null!;
}
""",
        "Webhooks/RequestExtensions.cs": """
namespace Acme.Webhooks;

public static class RequestExtensions
{
    public static async Task<byte[]> ReadRawBodyAsync(this HttpRequest request)
    {
        await using var stream = new MemoryStream();
        await request.Body.CopyToAsync(stream);
        return stream.ToArray();
    }
}
""",
        "Webhooks/IntercomController.cs": """
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Acme.Webhooks;

[ApiController, Route("[controller]/webhook")]
public class IntercomController(ISignatureVerifier verifier, IEventBus bus) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Post()
    {
        var payload = await Request.ReadRawBodyAsync();
        var signature = Request.Headers["X-Hub-Signature"].FirstOrDefault();
        if (!verifier.Verify(payload, signature))
            return StatusCode(StatusCodes.Status403Forbidden);

        var @event = JsonSerializer.Deserialize<IntercomEvent>(payload);
        await bus.PublishAsync(@event);
        return NoContent();
    }
}
""",
    },
    {
        "ignored": ("if (!verifier.Verify(payload, signature))\n            return StatusCode",
                    "if (payload.Length == 0 && !verifier.Verify(payload, signature))\n"
                    "            return StatusCode", "never checks"),
        "dropped": (
            "        if (!verifier.Verify(payload, signature))\n"
            "            return StatusCode(StatusCodes.Status403Forbidden);\n",
            "        verifier.Verify(payload, signature);\n",
            "wrong signature is acted on",
        ),
        "no-throw": (
            "if (header is not { Length: 45 } given || !given.StartsWith(Prefix))\n"
            "            return false;",
            "if (header is not { } given)\n            return true;",
            "without a signature is acted on",
        ),
        "plain": (
            "return CryptographicOperations.FixedTimeEquals(\n"
            "            Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given));",
            "return expected == given;",
            "constant time",
        ),
        "inverted": ("if (!verifier.Verify(", "if (verifier.Verify(", "inverted"),
    },
)  # fmt: skip

GROUP = Sample(
    {
        "Program.cs": """
using Acme.Intercom;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IConversations, Conversations>();
var app = builder.Build();
app.UseHttpsRedirection();
app.MapIntercom();
app.Run();
""",
        "Intercom/Endpoints.cs": """
using System.Text.Json;

namespace Acme.Intercom;

public static class Endpoints
{
    public static IEndpointRouteBuilder MapIntercom(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/intercom").AddEndpointFilter<SignatureFilter>();
        group.MapPost("/webhook", Webhook);
        return routes;
    }

    private static async Task<IResult> Webhook(JsonDocument body, IConversations conversations)
    {
        var topic = body.RootElement.GetProperty("topic").GetString();
        if (topic is "conversation.user.created" or "conversation.user.replied")
        {
            await conversations.UpsertAsync(body.RootElement.GetProperty("data"));
        }
        return TypedResults.Ok();
    }
}
""",
        "Intercom/SignatureFilter.cs": """
using System.Security.Cryptography;
using System.Text;

namespace Acme.Intercom;

public class SignatureFilter : IEndpointFilter
{
    private readonly string _secret;

    public SignatureFilter(IConfiguration configuration)
    {
        _secret = configuration["INTERCOM_CLIENT_SECRET"]
            ?? throw new InvalidOperationException("INTERCOM_CLIENT_SECRET");
    }

    public async ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        request.EnableBuffering();
        request.Body.Position = 0;
        using var reader = new StreamReader(request.Body, Encoding.UTF8, leaveOpen: true);
        var raw = await reader.ReadToEndAsync();
        if (!request.Headers.TryGetValue("X-Hub-Signature", out var values))
        {
            return Results.Unauthorized();
        }
        return TryVerify(raw, values.ToString(), out var reason)
            ? await next(context)
            : Results.Json(new { reason }, statusCode: 401);
    }

    private bool TryVerify(string raw, string header, out string reason)
    {
        var hash = HMACSHA1.HashData(Encoding.UTF8.GetBytes(_secret), Encoding.UTF8.GetBytes(raw));
        var expected = $"sha1={Convert.ToHexString(hash).ToLowerInvariant()}";
        reason = "signature does not match";
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));
    }
}
""",
    },
    {
        "unused": (".AddEndpointFilter<SignatureFilter>()", "", "never checks"),
        "open": ("return Results.Unauthorized();", "return await next(context);",
                 "without a signature is acted on"),
        "always": (
            "        return CryptographicOperations.FixedTimeEquals(\n"
            "            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));",
            "        var same = CryptographicOperations.FixedTimeEquals(\n"
            "            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));\n"
            "        return true;",
            "wrong signature is acted on",
        ),
        "default": (
            '?? throw new InvalidOperationException("INTERCOM_CLIENT_SECRET")',
            '?? ""',
            "empty secret",
        ),
        "swapped": (
            "? await next(context)\n            : Results.Json(new { reason }, statusCode: 401)",
            "? Results.Json(new { reason }, statusCode: 401)\n            : await next(context)",
            "inverted",
        ),
    },
)  # fmt: skip

SAMPLES = {
    "csharp-filter": FILTER,
    "csharp-service": SERVICE,
    "csharp-group": GROUP,
}
