"""What is, and what is not, a legacy API key."""

from __future__ import annotations

import pytest

from intercom_scan.rules.api_key import RULE
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED: dict[str, Case | str] = {
    "rings": "intercom:\n  app_id: abcd1234\n  ring: 1\n  api_key: VALUE\n",
    "ruby-setter": "Intercom.app_id = 'abcd1234'\nIntercom.app_api_key = 'VALUE'\n",
    "dotenv": "INTERCOM_APP_API_KEY=VALUE",
    "api-key": "INTERCOM_API_KEY: VALUE",
    "key": "INTERCOM_KEY=VALUE",
    "yaml-section": "intercom:\n  app_id: abcd1234\n  api_key: VALUE\n",
    "rails": 'IntercomRails.config do |config|\n  config.api_key = "VALUE"\nend',
    "ruby-client": "Intercom::Client.new(app_id: 'abcd1234', api_key: 'VALUE')",
    "node-client": "var client = new Intercom.Client('abcd1234', 'VALUE');",
    "node-client-auth": "new Intercom.Client({ appId: 'abcd1234', appApiKey: 'VALUE' })",
    "php-factory": "IntercomBasicAuthClient::factory(array(\n  'app_id' => 'x',\n"
    "  'api_key' => 'VALUE'\n));",
    "php-client": "$intercom = new IntercomClient('abcd1234', 'VALUE');",
    "python": "from intercom import Intercom\nIntercom.api_key = 'VALUE'",
    "dotnet": 'using Intercom.Core;\nvar users = Users(new Authentication("abcd1234", "VALUE"));',
    "go-client": 'intercom.NewClient("abcd1234", "VALUE")',
    "curl-user": "curl -u abcd1234:VALUE https://api.intercom.io/users",
    "curl-user-after": "curl https://api.intercom.io/users -u abcd1234:VALUE -H 'Accept: x'",
    "url": "https://abcd1234:VALUE@api.intercom.io/users",
    "path-only": Case("production:\n  app_id: abcd1234\n  api_key: VALUE\n", "config/intercom.yml"),
    "unknown-path": "app_id: abcd1234\napp_api_key: VALUE\n",
    "old-app-id": "Intercom.app_api_key = 'VALUE'",
    "php-property": "private $INTERCOM_API_KEY = 'VALUE';",
    "chained": "Intercom.app_api_key = Intercom.api_key = 'VALUE'",
    "former-value": "INTERCOM_API_KEY = 'VALUE'; //'VALUE';",
    "option": "intercom-tool --intercom-api-key VALUE",
    "titanium": "intercom.initialize({\n  api_key: 'VALUE',\n  app_id: 'abcd1234'\n});",
}

FLAGGED |= {
    "positional": "client = IntercomClient('app_id', 'VALUE', 5)",
    "positional-auth": 'hackney: Intercom.Client.auth("<app id>", "VALUE")',
    "initialize": 'Intercom.initialize(this, "VALUE", "abcd1234");',
    "initialize-call": 'Intercom.initialize(getApplication(), "VALUE", appId);',
    "product-in-keys": '{"api_keys": {"zendesk": "x", "intercom": "VALUE"}}',
    "basic-auth-client": "$c = ['api_key' => 'VALUE', 'app_id' => 'a'];\n"
    "IntercomBasicAuthClient::factory($c)",
}

IGNORED = {
    "product-alone": "versions: { intercom: 'VALUE' }",
    "product-in-hashes": "hashes:\n  intercom: VALUE\n",
    "event": "Intercom('trackEvent', 'bought', { id: 'VALUE' })",
    "device": "intercom:\n  door: front\n  sip_server: 10.0.0.1\n  api_key: VALUE\n",
    "hallway": "# my hallway intercom\nintercom:\n  host: 10.0.0.1\n  api_key: VALUE\n",
    "import": "import Intercom from '@intercom/messenger-js-sdk';\n\nconst search = {\n"
    "  host: 'x',\n  apiKey: 'VALUE',\n};\n",
    "podfile-lock": "SPEC CHECKSUMS:\n  Intercom: VALUE\n",
    "version": "X-Intercom-Version: VALUE",
    "version-json": '"x-intercom-version": ["VALUE"]',
    "lock-url": "https://registry.yarnpkg.com/intercom-client/-/intercom-client-7.1.0.tgz#VALUE",
    "revision": "remote: https://github.com/intercom/intercom-rails\n  revision: VALUE\n",
    "change-log": "* intercom: fix ([VALUE](https://github.com/a/b/commit/VALUE))",
    "commit": "commit VALUE\nAuthor: x\n\n    Add intercom api key\n",
    "other": "INTERCOM_APP_ID=abcd1234\nBUGSNAG_API_KEY=VALUE",
    "react-app": "REACT_APP_API_KEY=VALUE\nREACT_APP_ID=1\napp_id=2",
    "submodule": "intercom_sha: VALUE",
    "option": '<option value="INTERCOM_API_KEY">Intercom API key</option>',
    "no-context": "api_key: VALUE",
    "sentence": "* support Intercom API key (VALUE)\n",
    "sentence-link": "* fix intercom token ([VALUE](https://github.com/a/b/commit/VALUE))",
    "sentence-end": "Reverts intercom key VALUE.",
    "cache-key": "intercom_cache_key: VALUE",
    "request": "X-Request-Id: VALUE\nHost: api.intercom.io",
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())
