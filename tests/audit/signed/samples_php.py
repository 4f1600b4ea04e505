"""Handlers in plain PHP, WordPress and Symfony that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

PLAIN = Sample(
    {
        "public/intercom-webhook.php": """
<?php
declare(strict_types=1);

require_once __DIR__ . '/../vendor/autoload.php';
require_once __DIR__ . '/../src/queue.php';

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    http_response_code(405);
    exit;
}

$payload = file_get_contents('php://input');
$signature = $_SERVER['HTTP_X_HUB_SIGNATURE'] ?? '';
$secret = getenv('INTERCOM_CLIENT_SECRET');

$expected = 'sha1=' . hash_hmac('sha1', $payload, $secret);

if (!hash_equals($expected, $signature)) {
    error_log('Intercom webhook: wrong signature');
    http_response_code(401);
    exit('invalid signature');
}

$event = json_decode($payload, true);

switch ($event['topic'] ?? '') {
    case 'conversation.user.created':
        queue_push('conversation', $event['data']['item']);
        break;
    case 'contact.created':
        queue_push('contact', $event['data']['item']);
        break;
}

http_response_code(200);
echo json_encode(['ok' => true]);
""",
        "src/queue.php": """
<?php

function queue_push(string $name, array $item): void
{
    $redis = new Redis();
    $redis->connect(getenv('REDIS_HOST'));
    $redis->rPush('queue:' . $name, json_encode($item));
}
""",
    },
    {
        "plain": ("!hash_equals($expected, $signature)", "$expected !== $signature",
                  "constant time"),
        "loose": ("!hash_equals($expected, $signature)", "$expected != $signature",
                  "constant time"),
        "strcmp": ("!hash_equals($expected, $signature)", "strcmp($expected, $signature) !== 0",
                   "constant time"),
        "goes-on": ("    http_response_code(401);\n    exit('invalid signature');\n",
                    "    http_response_code(401);\n", "wrong signature is acted on"),
        "logs": ("    http_response_code(401);\n    exit('invalid signature');\n", "",
                 "wrong signature is acted on"),
        "guard": ("if (!hash_equals(", "if ($signature && !hash_equals(",
                  "without a signature is acted on"),
        "secret-guard": ("if (!hash_equals(", "if ($secret && !hash_equals(", "without a secret"),
        "isset": ("if (!hash_equals(",
                  "if (isset($_SERVER['HTTP_X_HUB_SIGNATURE']) && !hash_equals(",
                  "without a signature is acted on"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
        "literal": ("getenv('INTERCOM_CLIENT_SECRET')", "'not-a-secret'", "stands in the code"),
        "empty": ("getenv('INTERCOM_CLIENT_SECRET')", "getenv('INTERCOM_CLIENT_SECRET') ?: ''",
                  "empty secret"),
        "serialised": ("'sha1', $payload, $secret",
                       "'sha1', json_encode(json_decode($payload)), $secret", "written anew"),
        "inverted": ("if (!hash_equals(", "if (hash_equals(", "inverted"),
        "never": ("if (!hash_equals($expected, $signature))", "if (empty($payload))",
                  "never checks"),
        "acts-first": ("if (!hash_equals(",
                       "queue_push('raw', json_decode($payload, true));\n\nif (!hash_equals(",
                       "before it is refused"),
    },
)  # fmt: skip

FUNCTIONS = Sample(
    {
        "lib/signature.php": """
<?php

namespace Support\\Intercom;

const HEADER = 'X-Hub-Signature';

function header_value(string $name): ?string
{
    $headers = array_change_key_case(getallheaders());

    return $headers[strtolower($name)] ?? null;
}

function is_signed(string $body, ?string $given): bool
{
    if ($given === null || strpos($given, 'sha1=') !== 0) {
        return false;
    }

    $key = $_ENV['INTERCOM_CLIENT_SECRET'] ?? null;
    if (empty($key)) {
        throw new \\RuntimeException('INTERCOM_CLIENT_SECRET is not set');
    }

    return hash_equals(hash_hmac('sha1', $body, $key), substr($given, 5));
}
""",
        "hooks/intercom.php": """
<?php

use function Support\\Intercom\\is_signed;

require __DIR__ . '/../lib/signature.php';
require __DIR__ . '/../lib/tickets.php';

$raw = file_get_contents('php://input');

if (!is_signed($raw, $_SERVER['HTTP_X_HUB_SIGNATURE'] ?? null)) {
    header('HTTP/1.1 403 Forbidden');
    die();
}

$data = json_decode($raw);
if ($data->topic === 'ticket.created') {
    Tickets::sync($data->data->item);
}
header('HTTP/1.1 204 No Content');
""",
    },
    {
        "plain": ("hash_equals(hash_hmac('sha1', $body, $key), substr($given, 5))",
                  "hash_hmac('sha1', $body, $key) === substr($given, 5)", "constant time"),
        "open": ("!== 0) {\n        return false;", "!== 0) {\n        return true;",
                 "without a signature is acted on"),
        "no-secret": ("throw new \\RuntimeException('INTERCOM_CLIENT_SECRET is not set');",
                      "return true;", "without a secret"),
        "stays": ("    header('HTTP/1.1 403 Forbidden');\n    die();\n",
                  "    header('HTTP/1.1 403 Forbidden');\n", "wrong signature is acted on"),
        "inverted": ("if (!is_signed(", "if (is_signed(", "inverted"),
        "sha512": ("hash_hmac('sha1'", "hash_hmac('sha512'", "HMAC-SHA512"),
    },
)  # fmt: skip

SYMFONY = Sample(
    {
        "src/Intercom/SignatureVerifier.php": """
<?php

namespace App\\Intercom;

use Symfony\\Component\\DependencyInjection\\Attribute\\Autowire;
use Symfony\\Component\\HttpFoundation\\Request;

final class SignatureVerifier
{
    public function __construct(
        #[Autowire('%env(INTERCOM_CLIENT_SECRET)%')]
        private readonly string $secret,
    ) {
    }

    public function verify(Request $request): bool
    {
        $header = (string) $request->headers->get('X-Hub-Signature');
        $digest = hash_hmac('sha1', $request->getContent(), $this->secret);

        return hash_equals('sha1='.$digest, $header);
    }
}
""",
        "src/Controller/IntercomWebhookController.php": """
<?php

namespace App\\Controller;

use App\\Intercom\\SignatureVerifier;
use App\\Message\\IntercomNotification;
use Symfony\\Bundle\\FrameworkBundle\\Controller\\AbstractController;
use Symfony\\Component\\HttpFoundation\\JsonResponse;
use Symfony\\Component\\HttpFoundation\\Request;
use Symfony\\Component\\HttpFoundation\\Response;
use Symfony\\Component\\HttpKernel\\Exception\\AccessDeniedHttpException;
use Symfony\\Component\\Messenger\\MessageBusInterface;
use Symfony\\Component\\Routing\\Attribute\\Route;

class IntercomWebhookController extends AbstractController
{
    public function __construct(
        private readonly SignatureVerifier $verifier,
        private readonly MessageBusInterface $bus,
    ) {
    }

    #[Route('/webhook/intercom', name: 'webhook_intercom', methods: ['POST'])]
    public function __invoke(Request $request): Response
    {
        if (!$this->verifier->verify($request)) {
            throw new AccessDeniedHttpException('Invalid signature');
        }

        $payload = $request->toArray();
        $this->bus->dispatch(new IntercomNotification($payload['topic'], $payload['data']));

        return new JsonResponse(['ok' => true], Response::HTTP_ACCEPTED);
    }
}
""",
    },
    {
        "plain": ("hash_equals('sha1='.$digest, $header)", "'sha1='.$digest === $header",
                  "constant time"),
        "no-throw": ("throw new AccessDeniedHttpException('Invalid signature');",
                     "new AccessDeniedHttpException('Invalid signature');",
                     "wrong signature is acted on"),
        "guard": ("if (!$this->verifier->verify($request)) {",
                  "if ($request->headers->has('X-Hub-Signature') && "
                  "!$this->verifier->verify($request)) {", "without a signature is acted on"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
        "parsed": ("'sha1', $request->getContent()", "'sha1', json_encode($request->toArray())",
                   "written anew"),
        "unused": ("if (!$this->verifier->verify($request)) {", "if (!$request->getContent()) {",
                   "never checks"),
        "inverted": ("if (!$this->verifier", "if ($this->verifier", "inverted"),
        "literal": ("$request->getContent(), $this->secret", "$request->getContent(), 'sesame'",
                    "stands in the code"),
    },
)  # fmt: skip

ANSWERS = Sample(
    {
        "src/Controller/WebhookController.php": """
<?php

namespace App\\Controller;

use Psr\\Log\\LoggerInterface;
use Symfony\\Bundle\\FrameworkBundle\\Controller\\AbstractController;
use Symfony\\Component\\HttpFoundation\\Request;
use Symfony\\Component\\HttpFoundation\\Response;
use Symfony\\Component\\Routing\\Annotation\\Route;

#[Route('/webhooks')]
class WebhookController extends AbstractController
{
    #[Route('/intercom', methods: ['POST'])]
    public function intercom(Request $request, LoggerInterface $logger): Response
    {
        $given = $request->headers->get('x-hub-signature', '');
        $secret = $this->getParameter('intercom.client_secret');
        $mac = hash_hmac('sha1', $request->getContent(), $secret);

        if (!hash_equals("sha1={$mac}", $given)) {
            $logger->warning('wrong signature');

            return new Response('', Response::HTTP_UNAUTHORIZED);
        }

        $event = json_decode($request->getContent(), true, 512, JSON_THROW_ON_ERROR);
        $this->forward(self::class.'::sync', ['event' => $event]);

        return new Response('', Response::HTTP_NO_CONTENT);
    }
}
"""
    },
    {
        "plain": ('!hash_equals("sha1={$mac}", $given)', '"sha1={$mac}" !== $given',
                  "constant time"),
        "logs": ("            return new Response('', Response::HTTP_UNAUTHORIZED);\n", "",
                 "wrong signature is acted on"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
        "default": ("$this->getParameter('intercom.client_secret')",
                    "$_ENV['INTERCOM_CLIENT_SECRET'] ?? 'dev'", "stands in the code"),
    },
)  # fmt: skip

WORDPRESS = Sample(
    {
        "intercom-sync.php": """
<?php
/**
 * Plugin Name: Intercom Sync
 */

add_action('rest_api_init', function () {
    register_rest_route('intercom/v1', '/webhook', [
        'methods' => 'POST',
        'callback' => 'intercom_sync_receive',
        'permission_callback' => 'intercom_sync_permitted',
    ]);
});

function intercom_sync_permitted(WP_REST_Request $request)
{
    $given = $request->get_header('x_hub_signature');
    if (!$given) {
        return new WP_Error('intercom', 'no signature', ['status' => 401]);
    }
    $secret = get_option('intercom_client_secret');
    $wanted = 'sha1=' . hash_hmac('sha1', $request->get_body(), $secret);

    return hash_equals($wanted, $given);
}

function intercom_sync_receive(WP_REST_Request $request)
{
    $event = $request->get_json_params();
    do_action('intercom_event', $event['topic'], $event['data']);

    return new WP_REST_Response(['ok' => true], 200);
}
"""
    },
    {
        "plain": ("hash_equals($wanted, $given)", "$wanted === $given", "constant time"),
        "open": ("'permission_callback' => 'intercom_sync_permitted'",
                 "'permission_callback' => '__return_true'", "never checks"),
        "missing": ("return new WP_Error('intercom', 'no signature', ['status' => 401]);",
                    "return true;", "without a signature is acted on"),
        "inverted": ("return hash_equals(", "return !hash_equals(", "inverted"),
        "sha256": ("hash_hmac('sha1'", "hash_hmac('sha256'", "HMAC-SHA256"),
    },
)  # fmt: skip

SAMPLES = {
    "php": PLAIN,
    "php-functions": FUNCTIONS,
    "symfony": SYMFONY,
    "symfony-answers": ANSWERS,
    "wordpress": WORDPRESS,
}
