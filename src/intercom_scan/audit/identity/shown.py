"""What `explain` shows of the checks of identity: safe code, and what an unsafe one has instead."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_PAGE = """\
async function start(account) {
  const { jwt } = await (await fetch('/messenger/token')).json();
  window.Intercom('boot', {
    app_id: 'abcd1234',
    user_id: account.id,
    intercom_user_jwt: jwt,
  });
}
"""
_EXPRESS = """\
const crypto = require('crypto');

app.get('/intercom/identity', requireLogin, (req, res) => {
  const hmac = crypto.createHmac('sha256', process.env.INTERCOM_IDENTITY_SECRET);
  res.json({ user_hash: hmac.update(req.user.id).digest('hex') });
});
"""
_REACT = """\
import { useIntercom } from 'react-use-intercom';

export function useMessenger(member: Member) {
  const { boot } = useIntercom();
  useEffect(() => {
    boot({ userId: member.id, userHash: member.userHash });
  }, [boot, member]);
}
"""
_FLASK = """\
import hashlib
import hmac
import os

from flask import jsonify, request
from flask_login import current_user, login_required


@app.route("/intercom/identity")
@login_required
def identity():
    key = os.environ["INTERCOM_IDENTITY_SECRET"].encode()
    user_id = current_user.get_id()
    return jsonify(user_hash=hmac.new(key, user_id.encode(), hashlib.sha256).hexdigest())
"""
_RAILS = """\
IntercomRails.config do |config|
  config.app_id = ENV["INTERCOM_APP_ID"]
  config.api_secret = ENV["INTERCOM_API_SECRET"]
end
"""
_ERB = """\
<script>
  window.intercomSettings = {
    app_id: "<%= ENV['INTERCOM_APP_ID'] %>",
    user_id: "<%= current_user.id %>",
    user_hash: "<%= intercom_hash_of(current_user) %>",
  };
</script>
"""
_LARAVEL = """\
<?php
class MessengerController extends Controller
{
    public function identity(Request $request)
    {
        $id = (string) Auth::id();
        return ['user_hash' => hash_hmac('sha256', $id, config('intercom.identity_secret'))];
    }
}
"""
_GO = """\
package support

func intercomIdentity(w http.ResponseWriter, r *http.Request) {
\tid := r.Context().Value(userKey).(string)
\tmac := hmac.New(sha256.New, []byte(os.Getenv("INTERCOM_IDENTITY_SECRET")))
\tmac.Write([]byte(id))
\tfmt.Fprintf(w, `{"user_hash": "%x"}`, mac.Sum(nil))
}
"""
_SPRING = """\
@RestController
class IntercomController {
    @Value("${intercom.identity-secret}")
    private String secret;

    @GetMapping("/intercom/identity")
    String identity(Principal principal, @RequestParam String page) {
        String id = principal.getName();
        return new HmacUtils("HmacSHA256", secret).hmacHex(id);
    }
}
"""
_KOTLIN_SERVER = """\
@RestController
class IntercomController(@Value("\\${intercom.identity-secret}") private val secret: String) {
    @GetMapping("/intercom/identity")
    fun identity(principal: Principal, @RequestParam page: String): String {
        val id = principal.name
        return HmacUtils("HmacSHA256", secret).hmacHex(id)
    }
}
"""
_CSHARP = """\
[Authorize]
public class IntercomController : ControllerBase
{
    [HttpGet("identity")]
    public string Identity([FromQuery] string page)
    {
        var id = User.FindFirstValue(ClaimTypes.NameIdentifier);
        var key = Encoding.UTF8.GetBytes(_config["Intercom:IdentitySecret"]);
        return Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(id)));
    }
}
"""
_SWIFT = """\
import Intercom

func signedIn(_ account: Account, token: String) {
    Intercom.setUserJwt(token)
    let attributes = ICMUserAttributes()
    attributes.userId = account.id
    Intercom.loginUser(with: attributes)
}
"""
_KOTLIN = """\
import io.intercom.android.sdk.Intercom
import io.intercom.android.sdk.identity.Registration

fun signedIn(account: Account, token: String) {
    Intercom.client().setUserJwt(token)
    Intercom.client().loginIdentifiedUser(Registration.create().withUserId(account.id))
}
"""
_JAVA = """\
import io.intercom.android.sdk.Intercom;
import io.intercom.android.sdk.identity.Registration;

class Messenger {
    void signedIn(Account account, String token) {
        Intercom.client().setUserJwt(token);
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(account.id()));
    }
}
"""
_DART = """\
import 'package:intercom_flutter/intercom_flutter.dart';

Future<void> signedIn(Account account, String token) async {
  await Intercom.instance.setUserHash(token);
  await Intercom.instance.loginIdentifiedUser(userId: account.id);
}
"""


CLIENTS = (
    sample("JavaScript", "messenger.js", _PAGE, "    intercom_user_jwt: jwt,\n"),
    sample("TypeScript", "messenger.ts", _REACT, ", userHash: member.userHash"),
    sample("ERB", "messenger.html.erb", _ERB,
            '    user_hash: "<%= intercom_hash_of(current_user) %>",\n'),
    sample("Ruby", "config/initializers/intercom.rb", _RAILS,
            '  config.api_secret = ENV["INTERCOM_API_SECRET"]\n'),
    sample("Swift", "Messenger.swift", _SWIFT, "    Intercom.setUserJwt(token)\n"),
    sample("Kotlin", "Messenger.kt", _KOTLIN, "    Intercom.client().setUserJwt(token)\n"),
    sample("Java", "Messenger.java", _JAVA, "        Intercom.client().setUserJwt(token);\n"),
    sample("Dart", "messenger.dart", _DART, "  await Intercom.instance.setUserHash(token);\n"),
)  # fmt: skip
SERVERS = (
    sample("JavaScript", "identity.js", _EXPRESS, "update(req.user.id)", "update(req.query.id)"),
    sample("Python", "identity.py", _FLASK, "current_user.get_id()", 'request.args["user_id"]'),
    sample("PHP", "MessengerController.php", _LARAVEL, "Auth::id()", "$request->input('id')"),
    sample("Go", "identity.go", _GO, "r.Context().Value(userKey).(string)",
            'r.URL.Query().Get("id")'),
    sample("Java", "IntercomController.java", _SPRING, "principal.getName()", "page"),
    sample("Kotlin", "IntercomController.kt", _KOTLIN_SERVER, "principal.name", "page"),
    sample("C#", "IntercomController.cs", _CSHARP,
            "User.FindFirstValue(ClaimTypes.NameIdentifier)", "page"),
)  # fmt: skip

_LOGOUT_PAGE = """\
window.Intercom('boot', { user_id: member.id, user_hash: member.hash });

async function logout() {
  await fetch('/session', { method: 'DELETE' });
  window.Intercom('shutdown');
  location.assign('/');
}
"""
_LOGOUT_REACT = """\
import { useIntercom } from 'react-use-intercom';

export function useSession(member: Member) {
  const { boot, shutdown } = useIntercom();
  const login = () => boot({ userId: member.id, userHash: member.hash });
  const logout = async () => {
    await api.delete('/session');
    shutdown();
  };
  return { login, logout };
}
"""
_LOGOUT_SWIFT = """\
import Intercom

final class Session {
    func begin(_ account: Account) {
        Intercom.setUserHash(account.hash)
        Intercom.loginUser(with: account.attributes)
    }

    func logout() {
        keychain.clear()
        Intercom.logout()
    }
}
"""
_LOGOUT_KOTLIN = """\
class Session(private val store: Store) {
    fun begin(account: Account) {
        Intercom.client().setUserHash(account.hash)
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(account.id))
    }

    fun logout() {
        store.clear()
        Intercom.client().logout()
    }
}
"""
_LOGOUT_DART = """\
class Session {
  Future<void> begin(Account account) async {
    await Intercom.instance.setUserHash(account.hash);
    await Intercom.instance.loginIdentifiedUser(userId: account.id);
  }

  Future<void> logout() async {
    await store.clear();
    await Intercom.instance.logout();
  }
}
"""
_LOGOUT_JAVA = """\
class Session {
    private final Store store;

    void begin(Account account) {
        Intercom.client().setUserHash(account.hash());
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(account.id()));
    }

    void logout() {
        store.clear();
        Intercom.client().logout();
    }
}
"""

LOGOUTS = (
    sample("JavaScript", "session.js", _LOGOUT_PAGE, "  window.Intercom('shutdown');\n"),
    sample("TypeScript", "session.ts", _LOGOUT_REACT, "    shutdown();\n"),
    sample("Swift", "Session.swift", _LOGOUT_SWIFT, "        Intercom.logout()\n"),
    sample("Kotlin", "Session.kt", _LOGOUT_KOTLIN, "        Intercom.client().logout()\n"),
    sample("Java", "Session.java", _LOGOUT_JAVA, "        Intercom.client().logout();\n"),
    sample("Dart", "session.dart", _LOGOUT_DART, "    await Intercom.instance.logout();\n"),
)
