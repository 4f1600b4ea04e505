"""For whom a proof is made: who is asked where, and whose method it is."""

from __future__ import annotations

import pytest

from tests.audit.texts import answered

CHECK = "identity-verified"
MODEL = """
class Member < ApplicationRecord
  def messenger_proof
    OpenSSL::HMAC.hexdigest("sha256", ENV["INTERCOM_IDENTITY_SECRET"], id.to_s)
  end
end
"""
CLASS = """
export class Member {
  proof() {
    return createHmac('sha256', process.env.INTERCOM_IDENTITY_SECRET).update(this.id).digest('hex');
  }
}
"""
CONCERN = """
module IntercomUser
  def shown(member)
    { id: member.id, hash: messenger_hash(member) }
  end

  def messenger_hash(member)
    OpenSSL::HMAC.hexdigest("sha256", ENV["INTERCOM_IDENTITY_SECRET"], member.id.to_s)
  end

  def session_token(member)
    JWT.encode({ user_id: member.id }, Rails.application.secret_key_base, "HS256")
  end
end
"""
LOGIN = """
class LoginsController < ApplicationController
  include IntercomUser

  def create
    member = Member.find_by(email: params[:email])
    return head :forbidden unless member&.authenticate(params[:password])
    render json: shown(member)
  end
end
"""
HELPER = """
module ChatHelper
  def chat_hash(id)
    OpenSSL::HMAC.hexdigest("sha256", ENV["INTERCOM_IDENTITY_SECRET"], id.to_s)
  end
end
"""
SEVERAL = '"#{current_patient&.region}#{current_patient&.id}"'
PAGE = f"""<script>
  window.intercomSettings = {{ app_id: "a" }};
  intercomSettings.user_id = "<%= {SEVERAL} %>";
  intercomSettings.user_hash = "<%= chat_hash({SEVERAL}) %>";
</script>
"""
BLADE = """<body>
@php
  $member = Auth::user();
@endphp
<script>
  @php
    $proof = hash_hmac('sha256', $member->email, config('intercom.identity_secret'));
  @endphp
  window.intercomSettings = { user_hash: '{{ $proof }}', email: "{{ $member->email }}" };
</script>
"""
BOTH = """
app.get('/intercom/identity', (req, res) => {
  const mac = createHmac('sha256', process.env.INTERCOM_IDENTITY_SECRET);
  res.json({ user_hash: mac.update(req.user.id).digest('hex') });
});
app.post('/intercom/card', (req, res) => {
  const mac = createHmac('sha256', process.env.INTERCOM_CLIENT_SECRET).update(req.body);
  res.sendStatus(mac.digest('hex') === req.get('X-Body-Signature') ? 200 : 401);
});
"""
# What is right, and for whom it is made instead where it is wrong.
WHOSE = {
    "a method of a record": (
        {"app/models/member.rb": MODEL, "a.html.erb": "<%= current_user.messenger_proof %>"},
        ("current_user", "Member.find(params[:id])"),
    ),
    "a method of an object": (
        {"member.ts": CLASS, "me.ts": "app.get('/me', (req, res) => res.json(req.user.proof()));"},
        ("req.user.", "users.find(req.query.id)."),
    ),
    "a method that a page has from a helper": (
        {"app/helpers/chat_helper.rb": HELPER, "app/views/chat.html.erb": PAGE},
        (SEVERAL, "params[:id]"),
    ),
    "code of a template in a script": ({"a.blade.php": BLADE}, ("Auth::user()", "$_GET['user']")),
    "beside a signature of requests": ({"a.js": BOTH}, ("req.user.id", "req.query.id")),
}  # fmt: skip


@pytest.mark.parametrize(("files", "change"), WHOSE.values(), ids=WHOSE)
def test_whose_proof_it_is(files: dict[str, str], change: tuple[str, str]) -> None:
    assert answered(files, CHECK).answer == "pass", answered(files, CHECK).evidence
    other = {path: text.replace(*change) for path, text in files.items()}
    assert other != files
    assert answered(other, CHECK).answer == "fail", answered(other, CHECK).evidence


def test_a_password_that_is_asked_for_where_the_request_is_read() -> None:
    files = {"app/concerns/intercom_user.rb": CONCERN, "app/controllers/logins.rb": LOGIN}
    outcome = answered(files, CHECK)
    assert outcome.answer == "cannot-tell"
    assert [each.message for each in outcome.evidence] == [
        "the proof is made for `params.email.id.to_s`, after something else is asked"
    ]  # and nothing of the session's token
    files["app/controllers/logins.rb"] = LOGIN.replace("&.authenticate(params[:password])", "")
    assert answered(files, CHECK).answer == "fail"


def test_a_client_of_the_api_is_no_messenger() -> None:
    code = "class A { Object go(Options o) { return new Intercom(o.build()); } }"
    assert answered({"src/A.java": code}, CHECK).answer == "not-applicable"


def test_a_name_that_many_methods_have() -> None:
    files = {
        "app/models/member.rb": MODEL.replace("messenger_proof", "to_h"),
        "a.rb": "Log.info(params.to_h)",
    }
    assert answered(files, CHECK).answer == "cannot-tell"
