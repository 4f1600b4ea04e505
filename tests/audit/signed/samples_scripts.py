"""Handlers in Ruby and PHP whose check is in a service that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

VERIFIER = Sample(
    {
        "app/services/intercom_verifier.rb": """
# Raises for what Intercom has not signed.
class IntercomVerifier
  Invalid = Class.new(StandardError)

  def self.call(body, header) = new(body, header).call

  def initialize(body, header)
    @body, @header = body, header
  end

  def call
    raise Invalid, "missing" if @header.blank?
    raise Invalid, "wrong" unless ActiveSupport::SecurityUtils.secure_compare(expected, @header)

    true
  end

  private

  def expected
    @expected ||= "sha1=#{OpenSSL::HMAC.hexdigest("sha1", secret, @body)}"
  end

  def secret
    ENV.fetch("INTERCOM_CLIENT_SECRET")
  end
end
""",
        "app/controllers/intercom_webhooks_controller.rb": """
class IntercomWebhooksController < ApplicationController
  protect_from_forgery with: :null_session
  before_action :verify

  def create
    IntercomJob.perform_later(JSON.parse(request.raw_post))
    head :ok
  end

  private

  def verify
    IntercomVerifier.call(request.raw_post, request.headers["X-Hub-Signature"])
  rescue IntercomVerifier::Invalid => e
    Rails.logger.error(e.message)
    head :unauthorized
  end
end
""",
    },
    {
        "plain": (
            "ActiveSupport::SecurityUtils.secure_compare(expected, @header)",
            "expected == @header",
            "constant time",
        ),
        "swallowed": ("    head :unauthorized\n", "", "wrong signature is acted on"),
        "no-secret": (
            'raise Invalid, "missing" if @header.blank?',
            'return true if ENV["INTERCOM_CLIENT_SECRET"].blank?',
            "without a secret",
        ),
        "literal": ('ENV.fetch("INTERCOM_CLIENT_SECRET")', '"not-a-secret"', "stands in the code"),
    },
)

SPLIT = Sample(
    {
        "app/controllers/intercom_webhooks_controller.rb": """
class IntercomWebhooksController < ActionController::API
  def create
    return render_unauthorized unless verified?

    process_event(JSON.parse(request.body.string))
    head :ok
  rescue JSON::ParserError
    head :bad_request
  end

  private

  def render_unauthorized
    render json: { error: "unauthorized" }, status: 401
  end

  def process_event(event)
    IntercomJob.perform_later(event)
  end

  def verified?
    algorithm, given = request.headers.fetch("X-Hub-Signature", "").split("=")
    return false if given.nil? || algorithm != "sha1"

    key = ENV.fetch("INTERCOM_CLIENT_SECRET")
    OpenSSL.secure_compare(OpenSSL::HMAC.hexdigest("SHA1", key, request.body.string), given)
  end
end
"""
    },
    {
        "parsed": ("key, request.body.string)", "key, params.to_json)", "written anew"),
        "open": ("return false if given.nil?", "return true if given.nil?", "without a signature"),
        "goes-on": ("return render_unauthorized", "render_unauthorized", "although it is"),
    },
)

STATIC = Sample(
    {
        "hook/Signature.php": """
<?php

class Signature
{
    const PREFIX = 'sha1=';

    public static function verify(string $body, string $header): bool
    {
        return hash_equals(self::PREFIX . hash_hmac('sha1', $body, self::secret()), $header);
    }

    private static function secret(): string
    {
        $secret = getenv('INTERCOM_CLIENT_SECRET');
        if ($secret === false) {
            throw new RuntimeException('INTERCOM_CLIENT_SECRET is not set');
        }

        return $secret;
    }
}
""",
        "hook/intercom.php": """
<?php

require 'Signature.php';
require 'events.php';

$raw = file_get_contents("php://input");
if (!isset($_SERVER['HTTP_X_HUB_SIGNATURE'])) {
    http_response_code(400);
    exit;
}
if (!Signature::verify($raw, $_SERVER['HTTP_X_HUB_SIGNATURE'])) {
    http_response_code(403);
    die('no');
}
save_event(json_decode($raw, true));
""",
    },
    {
        "plain": (
            "hash_equals(self::PREFIX . hash_hmac('sha1', $body, self::secret()), $header)",
            "self::PREFIX . hash_hmac('sha1', $body, self::secret()) === $header",
            "constant time",
        ),
        "empty": (
            "throw new RuntimeException('INTERCOM_CLIENT_SECRET is not set');",
            "return '';",
            "empty secret",
        ),
        "goes-on": ("    http_response_code(403);\n    die('no');\n",
                    "    http_response_code(403);\n", "although it is"),
    },
)  # fmt: skip

SLIM = Sample(
    {
        "public/index.php": """
<?php

use Slim\\Factory\\AppFactory;

require __DIR__ . '/../vendor/autoload.php';

$app = AppFactory::create();

$app->post('/intercom/webhook', function (Request $request, Response $response) {
    $raw = (string) $request->getBody();
    $want = 'sha1=' . hash_hmac('sha1', $raw, $_ENV['INTERCOM_CLIENT_SECRET']);
    if (!hash_equals($want, $request->getHeaderLine('X-Hub-Signature'))) {
        return $response->withStatus(401);
    }
    $this->get('queue')->push(json_decode($raw, true));
    publish(json_decode($raw, true));

    return $response->withStatus(200);
});

$app->run();
"""
    },
    {
        "logs": ("return $response->withStatus(401);", "error_log('no');", "wrong signature is"),
        "parsed": ("(string) $request->getBody()", "json_encode($request->getParsedBody())",
                   "written anew"),
        "inverted": ("if (!hash_equals(", "if (hash_equals(", "inverted"),
    },
)  # fmt: skip

LUMEN = Sample(
    {
        "bootstrap/app.php": """
<?php

$app = new Laravel\\Lumen\\Application(dirname(__DIR__));
$app->routeMiddleware(['intercom' => App\\Http\\Middleware\\VerifyIntercom::class]);

return $app;
""",
        "routes/web.php": """
<?php

$router->post('intercom/hook', [
    'middleware' => 'intercom',
    'uses' => 'HookController@handle',
]);
""",
        "app/Http/Middleware/VerifyIntercom.php": """
<?php

namespace App\\Http\\Middleware;

class VerifyIntercom
{
    public function handle($request, \\Closure $next)
    {
        if (! $request->hasHeader('X-Hub-Signature')) {
            return response('no signature', 400);
        }
        $mac = hash_hmac('sha1', $request->getContent(), config('services.intercom.secret'));
        if (! hash_equals('sha1=' . $mac, $request->header('X-Hub-Signature'))) {
            throw new AccessDeniedHttpException();
        }

        return $next($request);
    }
}
""",
        "app/Http/Controllers/HookController.php": """
<?php

namespace App\\Http\\Controllers;

use Illuminate\\Http\\Request;

class HookController extends Controller
{
    public function handle(Request $request)
    {
        IntercomJob::dispatch($request->all());

        return response('ok');
    }
}
""",
    },
    {
        "unused": ("    'middleware' => 'intercom',\n", "", "never checks"),
        "open": ("return response('no signature', 400);", "return $next($request);",
                 "without a signature is acted on"),
        "ignored": ("throw new AccessDeniedHttpException();", "report('wrong');",
                    "wrong signature is acted on"),
    },
)  # fmt: skip

SAMPLES = {
    "rails-verifier": VERIFIER,
    "rails-split": SPLIT,
    "php-static": STATIC,
    "slim": SLIM,
    "lumen": LUMEN,
}
