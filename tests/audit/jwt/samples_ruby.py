"""The same in Ruby and PHP."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

RAILS = Sample(
    {
        "app/services/intercom_jwt.rb": """
# frozen_string_literal: true

require "jwt"

class IntercomJwt
  ALGORITHM = "HS256"

  def self.for(user)
    return nil unless user

    payload = {
      user_id: user.id.to_s,
      email: user.email,
      exp: 30.minutes.from_now.to_i
    }.compact

    JWT.encode(payload, ENV.fetch("INTERCOM_MESSENGER_SECRET"), ALGORITHM)
  end
end
""",
        "app/helpers/support_helper.rb": """
module SupportHelper
  def messenger_settings
    { app_id: ENV["INTERCOM_APP_ID"], intercom_user_jwt: IntercomJwt.for(current_user) }
  end
end
""",
    },
    {
        "endless": ("      email: user.email,\n      exp: 30.minutes.from_now.to_i\n",
                    "      email: user.email\n", "has no exp"),
        "long": ("30.minutes.from_now", "1.year.from_now", "counts for 365 days"),
        "none": ('ALGORITHM = "HS256"', 'ALGORITHM = "none"', "is not signed"),
        "other": ('ALGORITHM = "HS256"', 'ALGORITHM = "HS512"', "HS512"),
        "nobody": ("user_id: user.id.to_s", "sub: user.id.to_s", "has no user_id"),
    },
)  # fmt: skip

CONTROLLER = Sample(
    {
        "app/controllers/api/support_controller.rb": """
class Api::SupportController < ApplicationController
  before_action :authenticate_user!

  def token
    claims = { "user_id" => current_user.uuid, "name" => current_user.name }
    claims["exp"] = Time.now.to_i + 2 * 3600
    secret = Rails.application.credentials.intercom[:messenger_secret]
    render json: { token: JWT.encode(claims, secret, 'HS256') }
  end
end
""",
    },
    {
        "endless": ('    claims["exp"] = Time.now.to_i + 2 * 3600\n', "", "has no exp"),
        "long": ("2 * 3600", "14 * 24 * 3600", "counts for 14 days"),
        "other": ("'HS256'", "'RS256'", "RS256"),
        "nobody": ('"user_id" => current_user.uuid, ', "", "has no user_id"),
    },
)

GEM = Sample(
    {
        "config/initializers/intercom.rb": """
IntercomRails.config do |config|
  config.app_id = ENV["INTERCOM_APP_ID"]
  config.api_secret = ENV["INTERCOM_API_SECRET"]
  config.user.current = Proc.new { current_user }
  config.jwt.enabled = true
  config.jwt.expiry = 12.hours
  config.jwt.signed_user_fields = [:email, :plan]
end
""",
    },
    {
        "endless": ("  config.jwt.expiry = 12.hours\n", "", "has no exp"),
        "long": ("12.hours", "30.days", "counts for 30 days"),
    },
)

LARAVEL = Sample(
    {
        "app/Services/IntercomTokenService.php": """<?php

namespace App\\Services;

use App\\Models\\User;
use Firebase\\JWT\\JWT;

class IntercomTokenService
{
    private const ALGORITHM = 'HS256';

    public function forUser(User $user): string
    {
        $payload = [
            'user_id' => (string) $user->id,
            'email' => $user->email,
            'iat' => time(),
            'exp' => time() + 3600,
        ];

        return JWT::encode($payload, config('services.intercom.secret'), self::ALGORITHM);
    }
}
""",
    },
    {
        "endless": ("            'exp' => time() + 3600,\n", "", "has no exp"),
        "long": ("time() + 3600", "strtotime('+90 days')", "counts for 90 days"),
        "other": ("ALGORITHM = 'HS256'", "ALGORITHM = 'HS512'", "HS512"),
        "none": ("ALGORITHM = 'HS256'", "ALGORITHM = 'none'", "is not signed"),
        "nobody": ("'user_id' => (string) $user->id", "'sub' => (string) $user->id",
                   "has no user_id"),
    },
)  # fmt: skip

SYMFONY = Sample(
    {
        "src/Support/IntercomTokens.php": """<?php

namespace App\\Support;

use DateTimeImmutable;
use Lcobucci\\JWT\\Configuration;
use Lcobucci\\JWT\\Signer\\Hmac\\Sha256;
use Lcobucci\\JWT\\Signer\\Key\\InMemory;

final class IntercomTokens
{
    private Configuration $config;

    public function __construct(string $intercomSecret)
    {
        $this->config = Configuration::forSymmetricSigner(
            new Sha256(),
            InMemory::plainText($intercomSecret)
        );
    }

    public function issue(string $userId): string
    {
        $now = new DateTimeImmutable();

        return $this->config->builder()
            ->issuedAt($now)
            ->expiresAt($now->modify('+1 hour'))
            ->withClaim('user_id', $userId)
            ->getToken($this->config->signer(), $this->config->signingKey())
            ->toString();
    }
}
""",
    },
    {
        "endless": ("            ->expiresAt($now->modify('+1 hour'))\n", "", "has no exp"),
        "long": ("+1 hour", "+1 year", "counts for 365 days"),
        "nobody": ("            ->withClaim('user_id', $userId)\n", "", "has no user_id"),
    },
)

SAMPLES = {
    "rails": RAILS,
    "controller": CONTROLLER,
    "gem": GEM,
    "laravel": LARAVEL,
    "symfony": SYMFONY,
}
