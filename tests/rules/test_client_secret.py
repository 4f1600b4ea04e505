"""What is, and what is not, an Intercom client secret."""

from __future__ import annotations

import pytest

from intercom_scan.rules.client_secret import RULE
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED: dict[str, Case | str] = {
    "k8s-name": "kind: Secret\nmetadata:\n  name: intercom\nstringData:\n  client-secret: VALUE\n",
    "k8s-name-behind": "stringData:\n  client-secret: VALUE\nkind: Secret\nmetadata:\n"
    "  labels:\n    app.kubernetes.io/name: crm\n  name: prod-intercom\n",
    "k8s-json": '{"kind":"Secret","metadata":{"labels":{"a":"b"},"name":"intercom-api"},'
    '"stringData":{"client_secret":"VALUE"}}',
    "ternary": "const intercomClientSecret = isProd() ? 'VALUE' : 'VALUE';",
    "ternary-condition": "const INTERCOM_CLIENT_SECRET =\n"
    "  process.env.NODE_ENV === 'production'\n    ? 'VALUE'\n    : 'VALUE';\n",
    "ternary-nested": 'intercomClientSecret: a ? "VALUE" : b(1, 2) ? "VALUE" : "VALUE",',
    "ternary-ruby": 'intercom_client_secret = Rails.env.production? ? "VALUE" : "VALUE"',
    "ternary-python": 'INTERCOM_CLIENT_SECRET = "VALUE" if DEBUG else "VALUE"',
    "ternary-kotlin": 'val intercomClientSecret = if (BuildConfig.DEBUG) "VALUE" else "VALUE"',
    "table-of-three": "| `INTERCOM_CLIENT_SECRET` | The OAuth secret | `VALUE` |\n",
    "table-of-four": "| INTERCOM_CLIENT_SECRET | string | yes, for webhooks | VALUE |\n",
    "ssm": 'resource "aws_ssm_parameter" "crm" {\n  name  = "/prod/intercom/client_secret"\n'
    '  type  = "SecureString"\n  tier = "Standard"\n  tags = { a = "b" }\n  value = "VALUE"\n}',
    "ssm-name-behind": 'resource "aws_ssm_parameter" "crm" {\n  value = "VALUE"\n'
    '  type  = "SecureString"\n  name  = "/prod/intercom/client_secret"\n}',
    "ssm-head": 'resource "aws_ssm_parameter" "intercom_client_secret" {\n  name = local.x\n'
    '  tier = "Standard"\n  value = "VALUE"\n}',
    "secret-version": 'resource "aws_secretsmanager_secret_version" "v" {\n'
    "  secret_id     = aws_secretsmanager_secret.intercom_client_secret.id\n"
    '  secret_string = "VALUE"\n}',
    "secret-data": 'resource "google_secret_manager_secret_version" "v" {\n'
    "  secret = google_secret_manager_secret.intercom_client_secret.id\n"
    '  secret_data = "VALUE"\n}',
    "state": '"attributes": {\n  "id": "/prod/intercom/client_secret",\n'
    '  "insecure_value": null,\n  "name": "/prod/intercom/client_secret",\n'
    '  "overwrite": null,\n  "tags": {\n    "a": "b"\n  },\n  "tags_all": {},\n'
    '  "tier": "Standard",\n  "type": "SecureString",\n  "value": "VALUE",\n  "version": 1\n}',
    "state-arn": '"attributes": {"id": "a|b", "secret_binary": "", "secret_id": '
    '"arn:aws:secretsmanager:eu:1:secret:intercom/client_secret-AbCdEf",\n'
    '"kms": "", "stages": ["x"], "secret_string": "VALUE"}',
    "cloudformation": "  S:\n    Type: AWS::SSM::Parameter\n    Properties:\n"
    "      Name: /x/intercom/client_secret\n      Type: String\n      Tier: Standard\n"
    "      Value: VALUE\n",
    "list": "INTERCOM_CLIENT_SECRETS = ['VALUE', 'VALUE', 'VALUE']",
    "list-of-pairs": "[['INTERCOM_CLIENT_SECRET_V2', 'VALUE']]",
    "list-lines": 'INTERCOM_CLIENT_SECRETS = [\n  "VALUE",\n  "VALUE",\n]',
    "list-yaml": "intercom_client_secrets:\n  - VALUE\n  - VALUE\n",
    "list-commas": "INTERCOM_CLIENT_SECRETS=VALUE,VALUE,VALUE\n",
    "omniauth-env": "provider :intercom, ENV['A_ID'] || 'abcdef12', ENV['B_X'] || 'VALUE'",
    "omniauth-fetch": "provider :intercom, ENV.fetch('A_ID', 'abcdef1'), ENV.fetch('B_X', 'VALUE')",
    "folded": "intercom_client_secret: >-\n  VALUE\nother: 1\n",
    "beside-a-door-phone": "ASTERISK_HOST=pbx\nINTERCOM_CLIENT_SECRET=VALUE\n",
    "version-suffix": "INTERCOM_CLIENT_SECRET_V2=VALUE",
    "beta-suffix": "INTERCOM_CLIENT_SECRET_BETA=VALUE",
    "comment-between": "- name: INTERCOM_CLIENT_SECRET\n  # from the hub\n  value: VALUE\n",
    "dotnet-colon": '{"Intercom:ClientSecret":"VALUE"}',
    "dotnet-xml": '<add key="Intercom:ClientSecret" value="VALUE" />',
    "yaml-anchor": "intercom_client_secret: &cs VALUE\n",
    "yaml-in-json": '{"v":"intercom:\\n  on: true\\n  client_secret: VALUE\\n"}',
    "docker-secret": Case("VALUE\n", "secrets/intercom_client_secret.txt"),
    "canvas-kit-hmac": "intercom_signature = hmac.new(\n  b'VALUE', body, sha256\n).hexdigest()",
    "sentence-above": "const api = 'https://app.intercom.io'\nexport const config = {\n"
    "  /* values set in the terminal session or in the build environment */\n"
    "  clientSecret: 'VALUE',\n}",
    "dotenv": "INTERCOM_CLIENT_SECRET=VALUE\n",
    "dotenv-quoted": 'export INTERCOM_CLIENT_SECRET="VALUE"\n',
    "dotenv-prefix": "NEXT_PUBLIC_INTERCOM_CLIENT_SECRET=VALUE",
    "dotenv-suffix": "INTERCOM_CLIENT_SECRET_STAGING=VALUE",
    "dotenv-commented-out": "# INTERCOM_CLIENT_SECRET=VALUE\n",
    "webhook-secret": "INTERCOM_WEBHOOK_SECRET=VALUE",
    "omniauth-name": "INTERCOM_SECRET: VALUE",
    "camel": "const intercomClientSecret = 'VALUE';",
    "kebab": "--intercom-client-secret VALUE",
    "yaml-section": "intercom:\n  client_id: 12345\n  client_secret: VALUE\n",
    "yaml-deep": "production:\n  intercom:\n    id: a\n    keys:\n      secret: VALUE\n",
    "yaml-sibling": "- name: intercom\n  client_id: abc\n  client_secret: VALUE\n",
    "yaml-key-of-env": "env:\n  - name: INTERCOM_CLIENT_SECRET\n    value: VALUE\n",
    "json": '{"intercom": {"clientId": "x", "clientSecret": "VALUE"}}',
    "json-pretty": '{\n  "intercom": {\n    "clientId": "x",\n    "clientSecret": "VALUE"\n  }\n}',
    "json-provider": '{"provider": "intercom", "client_secret": "VALUE"}',
    "json-provider-after": '{"client_secret": "VALUE", "provider": "intercom"}',
    "json-in-json": r'{"config": "{\"intercom_client_secret\":\"VALUE\"}"}',
    "json-in-json-section": r'"body": "{\"intercom\":{\"client_secret\":\"VALUE\"}}"',
    "json-newlines": r'"env": "A=1\nINTERCOM_CLIENT_SECRET=VALUE\nB=2"',
    "toml": '[intercom]\nclient_id = "x"\nclient_secret = "VALUE"\n',
    "toml-dotted": '[providers.intercom]\nclient_secret = "VALUE"\n',
    "ini": "[Intercom]\nsecret = VALUE\n",
    "properties": "intercom.client.secret=VALUE\n",
    "spring": "spring.security.oauth2.client.registration.intercom.client-secret=VALUE\n",
    "xml-attribute": '<add key="IntercomClientSecret" value="VALUE" />',
    "xml-element": "<intercom>\n  <client_secret>VALUE</client_secret>\n</intercom>",
    "xml-string": '<string name="intercom_client_secret">VALUE</string>',
    "plist": "<key>IntercomClientSecret</key>\n\t<string>VALUE</string>\n",
    "ruby-hash": "intercom: { client_id: 'a', client_secret: 'VALUE' }",
    "ruby-rocket": "{ 'intercom_client_secret' => 'VALUE' }",
    "ruby-env-fallback": 'ENV["INTERCOM_CLIENT_SECRET"] || "VALUE"',
    "ruby-fetch": "ENV.fetch('INTERCOM_CLIENT_SECRET', 'VALUE')",
    "ruby-omniauth": "provider :intercom, 'abcd-client-id', 'VALUE'",
    "devise": "config.omniauth :intercom, 'client-id-1', 'VALUE', scope: 'x'",
    "js-env-fallback": "secret: process.env.INTERCOM_CLIENT_SECRET || 'VALUE',",
    "js-nullish": "process.env.INTERCOM_CLIENT_SECRET ?? 'VALUE'",
    "js-passport": "use(new IntercomStrategy({\n  clientID: 'x',\n  clientSecret: 'VALUE',\n}));",
    "kotlin-elvis": 'val s = System.getenv("INTERCOM_CLIENT_SECRET") ?: "VALUE"',
    "python-get": "os.environ.get('INTERCOM_CLIENT_SECRET', 'VALUE')",
    "python-dict": "INTERCOM = {\n    'client_id': 'x',\n    'client_secret': 'VALUE',\n}",
    "php-env": "'client_secret' => env('INTERCOM_CLIENT_SECRET', 'VALUE'),",
    "php-services": "'intercom' => [\n    'client_id' => 'x',\n    'client_secret' => 'VALUE',\n],",
    "php-define": "define('INTERCOM_CLIENT_SECRET', 'VALUE');",
    "go-const": 'const IntercomClientSecret = "VALUE"',
    "go-short": 'intercomSecret := "VALUE"',
    "csharp": 'public const string IntercomClientSecret = "VALUE";',
    "terraform": 'variable "intercom_client_secret" {\n  type    = string\n  default = "VALUE"\n}',
    "heroku-app-json": '"INTERCOM_CLIENT_SECRET": {\n  "description": "Signs webhooks",\n'
    '  "required": true,\n  "value": "VALUE"\n}',
    "shell-default": "${INTERCOM_CLIENT_SECRET:-VALUE}",
    "dockerfile": "ENV INTERCOM_CLIENT_SECRET VALUE",
    "compose": "environment:\n  - INTERCOM_CLIENT_SECRET=VALUE\n",
    "docker-run": "docker run -e INTERCOM_CLIENT_SECRET=VALUE image",
    "heroku": "heroku config:set INTERCOM_CLIENT_SECRET=VALUE",
    "helm-set": "helm upgrade --set intercom.clientSecret=VALUE",
    "markdown-bullet": "## Intercom\n\n- **Client ID:** `x`\n- **Client secret:** `VALUE`\n",
    "markdown-table": "| Intercom client secret | `VALUE` |\n",
    "markdown-table-section": "# Intercom\n\n| key | value |\n|--|--|\n| Client Secret | VALUE |\n",
    "prose": "The Intercom client secret is VALUE.",
    "comment-above": "# Intercom app\nCLIENT_ID=abc\nCLIENT_SECRET=VALUE\n",
    "comment-above-js": "// Intercom OAuth\nconst CLIENT_SECRET = 'VALUE';\n",
    "comment-behind": "CLIENT_SECRET = 'VALUE'  # intercom\n",
    "value-on-next-line": 'INTERCOM_CLIENT_SECRET =\n    "VALUE"\n',
    "call-over-lines": "ENV.fetch(\n  'INTERCOM_CLIENT_SECRET',\n  'VALUE'\n)",
    "token-request": "curl https://api.intercom.io/auth/eagle/token -d client_secret=VALUE",
    "token-request-query": "POST https://api.intercom.io/auth/eagle/token?code=1&client_secret=VALUE&a=b",
    "http-log": "POST /auth/eagle/token\nHost: api.intercom.io\n\n"
    '{"code":"x","client_secret":"VALUE"}',
    "canvas-kit": "import { Client } from 'intercom-client';\nconst CLIENT_SECRET = 'VALUE';",
    "path-yaml": Case("client_secret: VALUE\n", "config/intercom.yml"),
    "path-json": Case('{"secret": "VALUE"}', "intercom/settings.json"),
    "path-archive": Case("hub_secret=VALUE\n", "lib/app.jar!conf/intercom.properties"),
    "hub-secret": "intercom:\n  hub_secret: VALUE\n",
    "swift": 'static let intercomClientSecret: String = "VALUE"',
    "typed": "const intercomClientSecret: string = 'VALUE';",
    "objc": '#define INTERCOM_CLIENT_SECRET @"VALUE"',
    "setter": 'config.setIntercomClientSecret("VALUE");',
    "twice": "INTERCOM_CLIENT_SECRET=VALUE\nINTERCOM_WEBHOOK_SECRET=VALUE\n",
    "vault-path": "secret/intercom/client_secret: VALUE",
    "crlf": "A=1\r\nINTERCOM_CLIENT_SECRET=VALUE\r\nB=2\r\n",
    "gh-secret": 'echo "VALUE" | gh secret set INTERCOM_CLIENT_SECRET',
    "elixir": 'config :ueberauth, Ueberauth.Strategy.Intercom,\n  client_secret: "VALUE"',
    "k8s-string-data": "stringData:\n  intercom-client-secret: VALUE\n",
    "sql": "INSERT INTO settings (name, value) values ('intercom_client_secret', 'VALUE');",
}

FLAGGED |= {
    "connection-string": "Profile=C:\\Intercom.apip;OAuthClientSecret=VALUE;CallbackUrl=x;",
    "quoted-connection-string": 'var c = "Provider=Intercom;OAuthClientSecret=VALUE;";',
    "product-in-secrets": "signing_secrets = {\n  'zendesk': 'x',\n  'intercom': 'VALUE',\n}",
    "outer-map": 'Request{\n Provider: "intercom",\n At: Time{},\n Target: Target{\n  ID: "a",\n'
    '  WebhookSecret: "VALUE",\n',
    "signature": "createHmac('sha1', 'VALUE').update(a)\nvalidateIntercomSignature(b)",
    "by-environment": "intercom_client_secret:\n  staging: VALUE\n  production: VALUE\n",
    "rust": 'intercom_webhook_secret: Some("VALUE".to_string()),',
    "provider": '<IntercomProvider appId="abcd1234" options={{ clientSecret: "VALUE" }}>',
}

IGNORED = {
    "connection-of-others": "# intercom\nProvider=Stripe;OAuthClientSecret=VALUE;",
    "sibling-map": '[{ a: { provider: "intercom" }, b: { t: { client_secret: "VALUE" } } }]',
    "of-others-by-environment": "intercom_url: x\nclient_secret:\n  staging: VALUE\n",
    "product-alone": "ids: { intercom: 'VALUE' }",
    "k8s-other": "kind: Secret\nmetadata:\n  name: intercom\n---\nkind: Secret\n"
    "metadata:\n  name: crm\nstringData:\n  client-secret: VALUE\n",
    "k8s-vendor": "kind: Secret\nmetadata:\n  name: intercom\nstringData:\n"
    "  stripe-client-secret: VALUE\n",
    "k8s-pod": "kind: Pod\nmetadata:\n  name: intercom\nspec:\n  client-secret: VALUE\n",
    "ternary-of-others": "const intercomUrl = 1; const secret = prod ? 'VALUE' : 'VALUE'",
    "table-id": "| INTERCOM_CLIENT_ID | string | yes | VALUE |\n",
    "table-or": "intercom_secret || other || 'x' | VALUE",
    "ssm-id": 'resource "aws_ssm_parameter" "a" {\n  name = "/intercom/client_id"\n'
    '  value = "VALUE"\n}',
    "ssm-neighbour": 'resource "aws_ssm_parameter" "a" {\n  name = "/intercom/client_secret"\n}\n'
    'resource "aws_ssm_parameter" "b" {\n  value = "VALUE"\n  name = "/crm/id"\n}',
    "ssm-next": 'resource "aws_ssm_parameter" "a" {\n  value = "VALUE"\n}\n'
    'resource "aws_ssm_parameter" "b" {\n  name = "/intercom/client_secret"\n}\n',
    "list-of-ids": "intercom_contacts = ['VALUE', 'VALUE']",
    "list-of-pairs": "[['intercom_client_secret', 'contact_id_0123456', 'VALUE']]",
    "omniauth-id": "provider :intercom, ENV['A_ID'] || 'VALUE', ENV['B_X']",
    "omniauth-fetch-id": "provider :intercom, ENV.fetch('A_ID', 'VALUE'), ENV.fetch('B_X')",
    "specimen": "INTERCOM_CLIENT_SECRET=a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    "dotenv-of-others": "INTERCOM_APP_ID=abcd1234\n\nCLIENT_SECRET=VALUE\n",
    "heading-above": "# https://api.intercom.io\n\n# Session\nCLIENT_SECRET=VALUE\n",
    "client-id": "INTERCOM_CLIENT_ID=VALUE",
    "client-id-in-section": "intercom:\n  client_id: VALUE\n",
    "app-id": "intercom_app_id: VALUE",
    "workspace": '"intercom_workspace_id": "VALUE"',
    "no-context": "CLIENT_SECRET=VALUE",
    "other-product": "stripe:\n  client_secret: VALUE\nintercom:\n  app_id: x\n",
    "other-product-name": "# intercom is used too\nHUBSPOT_CLIENT_SECRET=VALUE",
    "other-product-json": '{"intercom": {"app_id": "x"}, "hubspot": {"client_secret": "VALUE"}}',
    "contact-id": "curl https://api.intercom.io/contacts/VALUE",
    "contact-json": '{"type": "contact", "id": "VALUE", "app": "intercom"}',
    "external-id": "intercom.contacts.create(external_id: 'VALUE')",
    "conversation": "intercom_conversation_id = 'VALUE'",
    "cookie": "Cookie: intercom-id-abcd1234=VALUE; intercom-session-abcd1234=VALUE",
    "device-cookie": "intercom-device-id-x=VALUE",
    "request-id": "x-intercom-request-id: VALUE",
    "intercompany": "INTERCOMPANY_CLIENT_SECRET=VALUE",
    "npm-token": "INTERCOM_NPM_TOKEN=VALUE",
    "xcode": "Intercom.framework */ = {isa = PBXBuildFile; fileRef = VALUE; };",
    "door-phone": "esphome:\n  name: intercom\napi:\n  secret: VALUE\n",
    "url": "# intercom\nsecret: https://example.test/VALUE",
    "secret-id": "intercom:\n  secret_arn: arn:aws:secretsmanager:eu:1:VALUE",
    "other-product-in-our-file": "import x from 'intercom-client'\n"
    "const stripe = { clientSecret: 'VALUE' };",
    "api-description": "servers: https://api.intercom.io\nexamples:\n  Secret created:\n"
    "    value:\n      client_secret: VALUE\n",
    "other-block": "resource intercom_secret {\n}\ndefault = 'VALUE'",
    "after-close": '{"intercom": {"app_id": "x"}, "client_secret": "VALUE"}',
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())


@pytest.mark.parametrize(
    "value",
    [
        "00000000-0000-0000-0000-000000000000",
        "12345678-1234-1234-1234-123456789012",
        "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "-".join(["550e8400", "e29b", "41d4", "a716", "446655440000"]),
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "your-intercom-client-secret-goes-here",
        "process.env.INTERCOM_CLIENT_SECRET",
        "${{ secrets.INTERCOM_CLIENT_SECRET }}",
        "#{ENV['INTERCOM_CLIENT_SECRET']}",
        "<%= ENV['INTERCOM_CLIENT_SECRET'] %>",
        "{{ .Values.intercom.clientSecret }}",
        "$(cat intercom_client_secret)",
        "Rails.application.credentials.intercom[:client_secret]",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:intercom-abc",
        "changeme",
        "",
    ],
)
def test_stand_ins_are_ignored(value):
    assert_quiet(Case("INTERCOM_CLIENT_SECRET=VALUE\n"), value.encode())


def test_canonical_form_is_in_lower_case():
    value = RULE.sample()
    assert RULE.check(value.upper()) == value
