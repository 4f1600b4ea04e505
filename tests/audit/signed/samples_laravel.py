"""Handlers of webhooks in Laravel that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

MIDDLEWARE = Sample(
    {
        "routes/api.php": """
<?php

use App\\Http\\Controllers\\IntercomWebhookController;
use Illuminate\\Support\\Facades\\Route;

Route::get('/health', fn () => 'ok');

Route::prefix('webhooks')->group(function () {
    Route::post('/intercom', [IntercomWebhookController::class, 'handle'])
        ->middleware('intercom.signature')
        ->name('webhooks.intercom');
});
""",
        "app/Http/Kernel.php": """
<?php

namespace App\\Http;

use Illuminate\\Foundation\\Http\\Kernel as HttpKernel;

class Kernel extends HttpKernel
{
    protected $middleware = [
        \\App\\Http\\Middleware\\TrustProxies::class,
    ];

    protected $middlewareAliases = [
        'auth' => \\App\\Http\\Middleware\\Authenticate::class,
        'intercom.signature' => \\App\\Http\\Middleware\\VerifyIntercomSignature::class,
    ];
}
""",
        "app/Http/Middleware/VerifyIntercomSignature.php": """
<?php

namespace App\\Http\\Middleware;

use Closure;
use Illuminate\\Http\\Request;
use Illuminate\\Support\\Facades\\Log;
use Symfony\\Component\\HttpFoundation\\Response;

class VerifyIntercomSignature
{
    public function handle(Request $request, Closure $next): Response
    {
        $signature = $request->header('X-Hub-Signature');

        if (! $signature) {
            abort(401, 'Missing signature');
        }

        $secret = config('services.intercom.client_secret');
        $expected = 'sha1='.hash_hmac('sha1', $request->getContent(), $secret);

        if (! hash_equals($expected, $signature)) {
            Log::warning('Intercom webhook with a wrong signature');

            return response()->json(['message' => 'Invalid signature'], 403);
        }

        return $next($request);
    }
}
""",
        "app/Http/Controllers/IntercomWebhookController.php": """
<?php

namespace App\\Http\\Controllers;

use App\\Jobs\\ProcessIntercomNotification;
use Illuminate\\Http\\JsonResponse;
use Illuminate\\Http\\Request;

class IntercomWebhookController extends Controller
{
    public function handle(Request $request): JsonResponse
    {
        $topic = $request->input('topic');

        match ($topic) {
            'conversation.user.created',
            'conversation.user.replied' => ProcessIntercomNotification::dispatch($request->all()),
            default => logger()->info('Unhandled topic', ['topic' => $topic]),
        };

        return response()->json(['ok' => true]);
    }
}
""",
        "config/services.php": """
<?php

return [
    'intercom' => [
        'client_secret' => env('INTERCOM_CLIENT_SECRET'),
    ],
];
""",
    },
    {
        "plain": ("! hash_equals($expected, $signature)", "$expected !== $signature",
                  "constant time"),
        "unused": ("        ->middleware('intercom.signature')\n", "", "never checks"),
        "without": ("->middleware('intercom.signature')",
                    "->middleware('intercom.signature')"
                    "->withoutMiddleware('intercom.signature')", "never checks"),
        "logs": ("            return response()->json(['message' => 'Invalid signature'], 403);\n",
                 "", "wrong signature is acted on"),
        "open": ("abort(401, 'Missing signature');", "return $next($request);",
                 "without a signature is acted on"),
        "guard": ("if (! hash_equals(", "if ($secret && ! hash_equals(", "without a secret"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
        "literal": ("config('services.intercom.client_secret')", "'not-a-secret'",
                    "stands in the code"),
        "default": ("env('INTERCOM_CLIENT_SECRET')", "env('INTERCOM_CLIENT_SECRET', 'secret')",
                    "stands in the code"),
        "empty": ("env('INTERCOM_CLIENT_SECRET')", "env('INTERCOM_CLIENT_SECRET', '')",
                  "empty secret"),
        "serialised": ("hash_hmac('sha1', $request->getContent()",
                       "hash_hmac('sha1', json_encode($request->all())", "written anew"),
        "inverted": ("if (! hash_equals(", "if (hash_equals(", "inverted"),
    },
)  # fmt: skip

GROUP = Sample(
    {
        "bootstrap/app.php": """
<?php

use App\\Http\\Middleware\\EnsureIntercomRequest;
use Illuminate\\Foundation\\Application;
use Illuminate\\Foundation\\Configuration\\Middleware;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(api: __DIR__.'/../routes/api.php')
    ->withMiddleware(function (Middleware $middleware) {
        $middleware->alias(['intercom' => EnsureIntercomRequest::class]);
        $middleware->validateCsrfTokens(except: ['intercom/*']);
    })
    ->create();
""",
        "routes/web.php": """
<?php

use App\\Http\\Controllers\\Intercom\\NotificationController;
use Illuminate\\Support\\Facades\\Route;

Route::group(['prefix' => 'intercom', 'middleware' => ['intercom', 'throttle:60,1']], function () {
    Route::post('notifications', NotificationController::class);
});
""",
        "app/Http/Middleware/EnsureIntercomRequest.php": """
<?php

namespace App\\Http\\Middleware;

use App\\Services\\IntercomSignature;
use Closure;
use Illuminate\\Http\\Request;

class EnsureIntercomRequest
{
    public function __construct(private IntercomSignature $signature)
    {
    }

    public function handle(Request $request, Closure $next)
    {
        $given = $request->header('X-Hub-Signature', '');

        abort_unless($this->signature->matches($request->getContent(), $given), 401);

        return $next($request);
    }
}
""",
        "app/Services/IntercomSignature.php": """
<?php

namespace App\\Services;

use RuntimeException;

class IntercomSignature
{
    private const ALGORITHM = 'sha1';

    public function matches(string $content, string $header): bool
    {
        [$algorithm, $given] = array_pad(explode('=', $header, 2), 2, '');
        if ($algorithm !== self::ALGORITHM) {
            return false;
        }

        return hash_equals($this->sign($content), $given);
    }

    private function sign(string $content): string
    {
        $key = config('intercom.secret') ?? throw new RuntimeException('no secret');

        return hash_hmac(self::ALGORITHM, $content, $key);
    }
}
""",
        "app/Http/Controllers/Intercom/NotificationController.php": """
<?php

namespace App\\Http\\Controllers\\Intercom;

use App\\Events\\IntercomNotified;
use App\\Http\\Controllers\\Controller;
use Illuminate\\Http\\Request;

class NotificationController extends Controller
{
    public function __invoke(Request $request)
    {
        event(new IntercomNotified($request->json('topic'), $request->json('data')));

        return response()->noContent();
    }
}
""",
    },
    {
        "plain": ("hash_equals($this->sign($content), $given)", "$this->sign($content) == $given",
                  "constant time"),
        "ungrouped": ("'middleware' => ['intercom', 'throttle:60,1']",
                      "'middleware' => ['throttle:60,1']", "never checks"),
        "inverted": ("abort_unless(", "abort_if(", "inverted"),
        "sha256": ("ALGORITHM = 'sha1'", "ALGORITHM = 'sha256'", "HMAC-SHA256"),
        "open": ("return false;\n        }\n\n        return hash_equals",
                 "return true;\n        }\n\n        return hash_equals",
                 "without a signature is acted on"),
        "fallback": ("?? throw new RuntimeException('no secret')", "?? 'fallback'",
                     "stands in the code"),
    },
)  # fmt: skip

CONTROLLER = Sample(
    {
        "routes/api.php": """
<?php

use Illuminate\\Support\\Facades\\Route;

Route::post('hooks/intercom', 'App\\Http\\Controllers\\HookController@intercom');
Route::post('hooks/other', 'App\\Http\\Controllers\\HookController@other');
""",
        "app/Http/Controllers/HookController.php": """
<?php

namespace App\\Http\\Controllers;

use App\\Jobs\\SyncIntercomContact;
use Illuminate\\Http\\Request;

class HookController extends Controller
{
    public function intercom(Request $request)
    {
        if (! $this->fromIntercom($request)) {
            return response('Unauthorized', 401);
        }

        $event = json_decode($request->getContent(), true);
        if ($event['topic'] === 'contact.created') {
            SyncIntercomContact::dispatch($event['data']['item']);
        }

        return response('', 204);
    }

    public function other(Request $request)
    {
        return response('', 204);
    }

    protected function fromIntercom(Request $request): bool
    {
        $given = $request->headers->get('X-Hub-Signature');
        $key = env('INTERCOM_CLIENT_SECRET');
        if (is_null($given) || blank($key)) {
            return false;
        }
        $hash = hash_hmac('sha1', $request->getContent(), $key);

        return hash_equals("sha1=$hash", $given);
    }
}
""",
    },
    {
        "plain": ('hash_equals("sha1=$hash", $given)', '"sha1=$hash" === $given', "constant time"),
        "goes-on": ("            return response('Unauthorized', 401);\n",
                    "            response('Unauthorized', 401);\n", "wrong signature is acted on"),
        "no-header": ("if (is_null($given) || blank($key)) {\n            return false;",
                      "if (blank($key)) {\n            return false;\n        }\n"
                      "        if (is_null($given)) {\n            return true;",
                      "without a signature is acted on"),
        "no-secret": ("if (is_null($given) || blank($key)) {\n            return false;",
                      "if (is_null($given)) {\n            return false;\n        }\n"
                      "        if (blank($key)) {\n            return true;", "without a secret"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
        "serialised": ("'sha1', $request->getContent()", "'sha1', json_encode($request->all())",
                       "written anew"),
        "never": ("if (! $this->fromIntercom($request)) {", "if (! $request->getContent()) {",
                  "never checks"),
        "acts-first": ("        if (! $this->from",
                       "        SyncIntercomContact::dispatch($request->all());\n"
                       "        if (! $this->from", "before it is refused"),
        "always": ('return hash_equals("sha1=$hash", $given);',
                   'hash_equals("sha1=$hash", $given);\n\n        return true;',
                   "wrong signature is acted on"),
    },
)  # fmt: skip

FORM = Sample(
    {
        "routes/web.php": """
<?php

use App\\Http\\Requests\\IntercomRequest;
use App\\Models\\IntercomEvent;
use Illuminate\\Support\\Facades\\Route;

Route::post('/intercom/webhook', function (IntercomRequest $request) {
    IntercomEvent::create($request->only(['id', 'topic', 'data']));

    return response('', 200);
})->name('intercom.webhook');
""",
        "app/Http/Requests/IntercomRequest.php": """
<?php

namespace App\\Http\\Requests;

use Illuminate\\Foundation\\Http\\FormRequest;

class IntercomRequest extends FormRequest
{
    public function authorize(): bool
    {
        $given = $this->header('X-Hub-Signature', '');
        $mac = hash_hmac('sha1', $this->getContent(), config('services.intercom.client_secret'));

        return hash_equals('sha1='.$mac, $given);
    }

    public function rules(): array
    {
        return ['topic' => 'required|string'];
    }
}
""",
    },
    {
        "plain": ("hash_equals('sha1='.$mac, $given)", "'sha1='.$mac === $given", "constant time"),
        "always": ("return hash_equals('sha1='.$mac, $given);",
                   "hash_equals('sha1='.$mac, $given);\n\n        return true;",
                   "wrong signature is acted on"),
        "other-request": ("function (IntercomRequest $request)",
                          "function (\\Illuminate\\Http\\Request $request)", "never checks"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
    },
)  # fmt: skip

SAMPLES = {
    "laravel-middleware": MIDDLEWARE,
    "laravel-group": GROUP,
    "laravel-controller": CONTROLLER,
    "laravel-form": FORM,
}
