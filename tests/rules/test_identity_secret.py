"""What is, and what is not, an identity verification or Messenger secret."""

from __future__ import annotations

import base64
import os

import pytest

from intercom_scan.rules import find
from intercom_scan.rules.identity_secret import RULE
from intercom_scan.rules.values import random_hex
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED: dict[str, Case | str] = {
    "platform-suffix": "INTERCOM_SECRET_IOS=VALUE",
    "platform-camel": "intercomSecretForIos = 'VALUE'",
    "android-string": '<string name="intercom_secret_key" translatable="false">VALUE</string>',
    "elixir": 'config :intercom, secret_key: "VALUE"',
    "hmac-and-boot": "h = createHmac('sha256', 'VALUE').update(id)\n"
    "Intercom('boot', {user_hash: h})",
    "docker-secret": Case("VALUE", "secrets/intercom_secret_key"),
    "dotenv": "INTERCOM_SECRET_KEY=VALUE",
    "secret": "INTERCOM_SECRET=VALUE",
    "api-secret": "INTERCOM_API_SECRET='VALUE'",
    "app-secret": "intercom_app_secret: VALUE",
    "identity": "INTERCOM_IDENTITY_SECRET=VALUE",
    "verification": "INTERCOM_IDENTITY_VERIFICATION_SECRET=VALUE",
    "verification-key": "INTERCOM_IDENTITY_VERIFICATION_SECRET_KEY=VALUE",
    "verification-no-secret": "INTERCOM_IDENTITY_VERIFICATION_KEY=VALUE",
    "secure": "INTERCOM_SECURE_KEY=VALUE",
    "hash-nearby": "hash = userHash({\n  secretKey: 'VALUE',\n});\nreq.intercomUserHash = hash;",
    "secure-mode": "INTERCOM_SECURE_MODE_SECRET_KEY=VALUE",
    "jwt-secret": "INTERCOM_JWT_SECRET=VALUE",
    "messenger": "INTERCOM_MESSENGER_SECRET=VALUE",
    "messenger-api": "INTERCOM_MESSENGER_API_SECRET=VALUE",
    "hmac-secret": "intercom_hmac_secret = 'VALUE'",
    "hmac-key": "INTERCOM_HMAC_KEY=VALUE",
    "next": "NEXT_PUBLIC_INTERCOM_SECRET_KEY=VALUE",
    "vite": "VITE_INTERCOM_SECRET=VALUE",
    "nx": "NX_INTERCOM_SECRET_KEY=VALUE",
    "react": "REACT_APP_INTERCOM_SECRET_KEY=VALUE",
    "vendor-prefix": "SG_INTERCOM_SECRET_KEY=VALUE",
    "two-products": "STRIPE_SECRET=abc\nINTERCOM_SECRET=VALUE\nSENTRY_KEY=1",
    "camel": "verificationSecret: 'VALUE', // Intercom",
    "camel-section": "intercom: {\n  appId: 'abcd1234',\n  verificationSecret: 'VALUE',\n}",
    "rails": "IntercomRails.config do |config|\n  config.app_id = 'abcd1234'\n"
    '  config.api_secret = "VALUE"\nend\n',
    "rails-commented": "IntercomRails.config do |config|\n  # == Intercom secret key\n"
    '  # config.api_secret = "VALUE"\nend\n',
    "rails-path": Case('config.api_secret = "VALUE"', "config/initializers/intercom.rb"),
    "rails-env": 'IntercomRails.config do |config|\n  config.api_secret = ENV["X"] || "VALUE"\nend',
    "grails": 'def intercomAppSecretKey = System.getenv("INTERCOM_SECRET_KEY") ?: "VALUE"',
    "dotnet": '"Soteo": {\n  "IntercomSecret": "VALUE"\n}',
    "php-conf": "$conf['tm_intercom_hmac_secret_key'] = 'VALUE'; // verification key",
    "php-class": "class Intercom {\n  const ACCESS = 'x';\n  const SECRET_KEY = 'VALUE';\n",
    "php-options": "$options['INTERCOM_SECRET_KEY'] = 'VALUE';",
    "hmac-call": "hash_hmac('sha256', $user->email, $intercomSecret = 'VALUE');",
    "hmac-argument": "'intercom_hash' => hash_hmac('sha256', $this->uid(), 'VALUE'),",
    "hmac-node": "intercomHash = (id) => {\n  return createHmac('sha256', 'VALUE').update(id)\n}",
    "hmac-second": "# Intercom\nhmac.new(key, uid, sha256)\nhmac.new('VALUE', uid, sha256)",
    "hmac-ruby": "def intercom_hash(user)\n  OpenSSL::HMAC.hexdigest(\n    'sha256',\n    'VALUE',"
    "\n    user.id\n  )\nend",
    "hmac-python": "intercom_hash = hmac.new(\n  bytes('VALUE', encoding='utf-8'),\n  uid, sha256)",
    "hmac-go": '// Intercom\nmac := hmac.New(sha256.New, []byte("VALUE"))',
    "hmac-dotnet": "using Intercom.Core;\n"
    'var hmac = new HMACSHA256(Encoding.UTF8.GetBytes("VALUE"));',
    "hmac-java": '// Intercom\nkey = new SecretKeySpec("VALUE".getBytes(), "HmacSHA256");',
    "ruby-class": "class IntercomUser\n  def digest(id)\n    secret = 'VALUE'\n",
    "hmac-rust": "config.intercom.map(|_| {\n"
    '  Hmac::<sha2::Sha256>::new_from_slice(b"VALUE").unwrap()',
    "hash-call": "user.intercomHash = IntercomHash(user, 'VALUE');",
    "markdown-table": "| `INTERCOM_JWT_SECRET` | Intercom JWT secret (dev only) | `VALUE` |",
    "hmac-kotlin": "import io.intercom.android.sdk.Intercom\n"
    'client.setUserHash(email.hmacSha256("VALUE"))',
    "jwt-node": "const intercomJwt = jwt.sign({ user_id: user.id }, 'VALUE', { expiresIn: '1h' });",
    "jwt-ruby": "class IntercomJwt\n  def self.for(user)\n    JWT.encode(payload(user), 'VALUE')",
    "buffer": "var intercomSecret = Buffer.from('VALUE', 'utf8')",
    "pydantic": "INTERCOM_SECRET: Optional[SecretStr] = Field('VALUE', description='HMAC key')",
    "node-hmac": "window.Intercom('boot', x);\nconst secretKey = 'VALUE';\n"
    "createHmac('sha256', secretKey)\n// https://widget.intercom.io/widget/abcd1234",
    "django": "INTERCOM_SECURE_KEY = INTERCOM_SECRET = 'VALUE'",
    "terraform": 'resource "x" "intercom" {\n  secret_key = "VALUE"\n}',
    "yaml-quoted": 'intercom:\n  app_id: "abcd1234"\n  secret_key: "VALUE"\n',
    "yaml-env": "intercom:\n  production:\n    app_secret: VALUE\n",
    "markdown": "Intercom identity verification secret: `VALUE`",
    "objc": '@"intercom_secret": @"VALUE"',
    "json-in-json": r"\"intercomSecret\": \"VALUE\"",
    "wp-option": "update_option( 'intercom_secret', 'VALUE' );",
    "ruby-symbol": ":intercom_secret => 'VALUE',",
    "ssm": 'aws ssm put-parameter --name "/a/b/NEXT_PUBLIC_INTERCOM_SECRET_KEY" --value "VALUE"',
    "travis": "  - secure: x\n  - INTERCOM_SECRET_KEY=VALUE",
    "java": 'private static final String INTERCOM_SECRET_KEY = "VALUE";',
    "kotlin-field": 'buildConfigField "String", "INTERCOM_API_SECRET", "\\"VALUE\\""',
    "gradle-properties": "intercomApiSecret=VALUE",
}

FLAGGED |= {
    "ruby-command": "def intercom_user_hash\n  OpenSSL::HMAC.hexdigest \\\n    'sha256',\n"
    "    'VALUE',\n",
    "web-crypto": "// Intercom\ncrypto.subtle.importKey('raw', encoder.encode('VALUE'), {\n",
    "jwt-claims": "def intercom_jwt():\n    token = jwt.encode(\n        {\n"
    + "            'a': x.b(),\n" * 9
    + "        },\n        'VALUE',\n        algorithm='HS256')",
    "xml-between": '<env name="INTERCOM_APP_ID" value="a"/>\n<env name="INTERCOM_HMAC_SECRET" '
    'value="VALUE"/>\n<env name="INTERCOM_ACCESS_TOKEN" value="a"/>\n',
    "xml-behind": '<add value="VALUE" key="INTERCOM_HMAC_SECRET"/>\n<add value="a" key="OTHER"/>',
    "rust": 'let a = Settings { intercom_verification_secret: Some("VALUE".into()), b: None };',
    "presence": "default: ENV['INTERCOM_API_SECRET'].presence || 'VALUE'",
    "trim": "const s = process.env.INTERCOM_SECRET?.trim() || 'VALUE';",
    "by-platform": "intercom:\n  verification_secret:\n    ios: VALUE\n    android: VALUE\n",
    "by-platform-inline": "intercom: { secret: { ios: 'VALUE', web: 'VALUE' } }",
    "env": "INTERCOM_SECURE_KEY_ENV = 'VALUE'",
    "security-hash": "$IntercomSecurityHash = 'VALUE';",
    "product-alone": "chat: { intercom: 'VALUE' }",
    "product-in-secrets": "verification_secrets:\n  zendesk: x\n  # chat\n\n  intercom: VALUE\n",
}

IGNORED = {
    "product-checksum": "checksums: { intercom: 'sha-VALUE' }",
    "product-unquoted": "a:\n  intercom: VALUE\n",
    "product-of-others": "intercom: { door: 'VALUE' }\n",
    "xml-other": '<env name="INTERCOM_APP_ID" value="VALUE"/>\n'
    '<env name="INTERCOM_SECRET" value="a"/>',
    "hexdigest-data": "# Intercom\nOpenSSL::HMAC.hexdigest 'sha256', key, 'VALUE'",
    "device": "devices:\n  intercom:\n    camera: rtsp://10.0.0.1\n    relay: 1\n"
    "    secret: VALUE\n",
    "hmac-of-others": "const hash = createHmac('sha256', 'VALUE').update(id)",
    "hmac-of-a-vendor": "// https://api.intercom.io\n// Stripe webhook\n"
    "createHmac('sha256', 'VALUE').update(body)",
    "hmac-data": "function intercomHash() {\n  return createHmac('sha256', key).update('VALUE')\n}",
    "hmac-result": "function intercomHash() {\n  log(createHmac('sha256', key), 'VALUE')\n}",
    "no-context": "SECRET_KEY=VALUE",
    "other-product": "# Intercom\nINTERCOM_APP_ID=x\n\n# Cloudinary\nCLOUDINARY_API_SECRET=VALUE",
    "rails-other": 'Cloudinary.config do |config|\n  config.api_secret = "VALUE"\nend\n',
    "rails-secret": "# intercom\nINTERCOM_APP_ID=x\nRAILS_SECRET_KEY=VALUE",
    "vendor-section": "[intercom]\napp_id = x\n[stripe]\nsecret_key = VALUE",
    "lock": "intercom-client@^7:\n  integrity sha1-VALUE\n",
    "sha1-of-tarball": 'resolved "https://registry.test/intercom-client-7.0.1.tgz#VALUE"',
    "podfile-lock": "SPEC CHECKSUMS:\n  Intercom: VALUE\n",
    "commit": "intercom: bump (https://github.com/x/intercom/commit/VALUE)",
    "version-header": "X-Intercom-Version: VALUE",
    "etag": 'api.intercom.io\nETag: "VALUE"',
    "identifier": "INTERCOM_SECRET_KEY=getIntercomIdentityVerificationSecretKeys",
    "encrypted": "INTERCOM_SECRET: ENC[AES256_GCM,data:VALUE,iv:x,tag:y,type:str]",
    "door-phone": "# Home Assistant door phone\nintercom_secret: VALUE",
    "hmac-demo": "OpenSSL::HMAC.hexdigest('sha256', 'secret', intercom_user_id)",
    "path": "INTERCOM_SECRET=/VALUE",
    "posthog": "posthog: {\n apiKey: 'VALUE',\n},\n// widget.intercom.io",
    "model-id": "intercom_article: VALUE",
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())


@pytest.mark.parametrize(
    "make",
    [
        lambda: base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"="),
        lambda: random_hex(40).encode(),
    ],
    ids=["43-base64url", "40-hex"],
)
def test_other_shapes(make):
    assert_flagged(Case("INTERCOM_API_SECRET=VALUE\n"), RULE, make())


@pytest.mark.parametrize(
    "value",
    [
        "your_intercom_identity_verification_secre",
        "your-intercom-messenger-api-secret-000001",
        "x" * 40,
        "0123456789" * 4,
        "abcdefghijklmnopqrstuvwxyz01234567890123",
        "abcdefghij" * 4,
        "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0",
        "ab12Cd34" * 5,
        "intercom_identity_verification_secret_ke",
        "IntercomIdentityVerificationSecretKeyV01",
        "da39a3ee5e6b4b0d3255bfef95601890afd8" + "0709",
    ],
)
def test_stand_ins_are_ignored(value):
    assert_quiet(Case("INTERCOM_SECRET=VALUE\n"), value.encode())


def test_a_word_within_a_value_says_nothing():
    value = RULE.sample()
    value = value[:9] + b"9SIP7" + value[14:]
    assert_flagged(Case(RULE.example.format("VALUE")), RULE, value)


def test_kubernetes_data_is_read_through_its_base64():
    secret = RULE.sample()
    encoded = base64.b64encode(secret)
    text = b"kind: Secret\ndata:\n  INTERCOM_SECRET_KEY: " + encoded + b"\n"
    (match,) = find(text)
    assert (match.rule.id, match.secret) == (RULE.id, secret)
    assert text[match.start : match.end] == encoded
