"""What `explain` shows of handlers in Ruby and PHP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Sample

if TYPE_CHECKING:
    from intercom_scan.audit.signed.judging import Kind

_RUBY = """\
class IntercomController < ApplicationController
  skip_before_action :verify_authenticity_token
  before_action :verify_signature

  def {action}
    IntercomJob.perform_later(JSON.parse(request.raw_post))
    head :ok
  end

  private

  def verify_signature
    key = ENV.fetch("INTERCOM_CLIENT_SECRET")
    wanted = "{prefix}" + OpenSSL::HMAC.hexdigest("{algorithm}", key, request.raw_post)
    given = request.headers["{header}"].to_s
    head :unauthorized unless ActiveSupport::SecurityUtils.secure_compare(wanted, given)
  end
end
"""
_PHP = """\
<?php

namespace App\\Http\\Controllers;

use App\\Jobs\\HandleIntercom;
use Illuminate\\Http\\Request;

class IntercomController extends Controller
{
    public function {action}(Request $request)
    {
        $key = config('services.intercom.client_secret') ?: abort(500);
        $wanted = '{prefix}'.hash_hmac('{algorithm}', $request->getContent(), $key);
        if (! hash_equals($wanted, $request->header('{header}', ''))) {
            abort(401);
        }
        HandleIntercom::dispatch($request->all());

        return response()->noContent();
    }
}
"""


def samples(kind: Kind, header: str, action: str, prefix: str) -> tuple[Sample, ...]:
    """A safe and an unsafe handler in each language, for a kind of signed request."""
    said = {
        "{header}": header,
        "{action}": action,
        "{algorithm}": kind.algorithm,
        "{prefix}": prefix,
    }
    ruby, php = _RUBY, _PHP
    for place, text in said.items():
        ruby, php = ruby.replace(place, text), php.replace(place, text)
    return (
        Sample(
            language="Ruby",
            path="intercom_controller.rb",
            safe=ruby,
            unsafe=ruby.replace(
                "head :unauthorized unless ActiveSupport::SecurityUtils.secure_compare",
                "head :unauthorized unless given.empty? || ActiveSupport::SecurityUtils"
                ".secure_compare",
            ),
        ),
        Sample(
            language="PHP",
            path="IntercomController.php",
            safe=php,
            unsafe=php.replace(
                f"! hash_equals($wanted, $request->header('{header}', ''))",
                f"$wanted !== $request->header('{header}')",
            ),
        ),
    )
