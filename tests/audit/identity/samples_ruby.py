"""Applications in Ruby that log users in to the Messenger, and ways to do it without proof."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

GEM = Sample(
    {
        "config/initializers/intercom.rb": """
IntercomRails.config do |config|
  # == Intercom app_id
  config.app_id = ENV["INTERCOM_APP_ID"] || "abcd1234"

  # == Messenger secret, which makes the proof of identity
  config.api_secret = ENV["INTERCOM_API_SECRET"]

  # == Enabled environments
  config.enabled_environments = ["staging", "production"]

  # == Current user method
  config.user.current = Proc.new { current_user }
  config.user.exclude_if = Proc.new { |user| user.deleted? }
  config.user.custom_data = {
    plan: Proc.new { |current_user| current_user.plan.name },
  }

  config.inbox.style = :default
end
"""
    },
    {
        "no secret": (
            '  config.api_secret = ENV["INTERCOM_API_SECRET"]\n',
            '  # config.api_secret = "..."\n',
            "makes no proof",
        ),
        "empty": ('ENV["INTERCOM_API_SECRET"]', '""', "is empty"),
        "nil": ('ENV["INTERCOM_API_SECRET"]', "nil", "is empty"),
        "fallback": (
            'ENV["INTERCOM_API_SECRET"]',
            'ENV.fetch("INTERCOM_API_SECRET", "")',
            "is empty",
        ),
    },
)

CONTROLLER = Sample(
    {
        "app/controllers/api/v1/messenger_controller.rb": """
module Api
  module V1
    class MessengerController < ApplicationController
      before_action :authenticate_user!

      def show
        render json: {
          user_id: current_user.id,
          user_hash: digest(current_user.id.to_s),
          page: params[:page]
        }
      end

      private

      def digest(value)
        OpenSSL::HMAC.hexdigest(
          "sha256",
          Rails.application.credentials.intercom_identity_secret,
          value
        )
      end
    end
  end
end
"""
    },
    {
        "parameter": (
            "digest(current_user.id.to_s)",
            "digest(params[:user_id])",
            "the caller chooses",
        ),
        "looked up": (
            "digest(current_user.id.to_s)",
            "digest(User.find(params[:id]).id.to_s)",
            "the caller chooses",
        ),
        "required": (
            "digest(current_user.id.to_s)",
            "digest(params.require(:email))",
            "the caller chooses",
        ),
    },
)

HELPER = Sample(
    {
        "app/helpers/intercom_helper.rb": """
# Settings of the Messenger, which the layout prints as JSON.
module IntercomHelper
  LIFETIME = 3600

  def intercom_settings
    settings = { app_id: ENV.fetch("INTERCOM_APP_ID") }
    return settings unless user_signed_in?

    settings.merge(
      name: current_user.name,
      created_at: current_user.created_at.to_i,
      intercom_user_jwt: intercom_token(current_user)
    )
  end

  def intercom_token(user)
    payload = { user_id: user.id.to_s, email: user.email, exp: Time.now.to_i + LIFETIME }
    JWT.encode(payload, ENV.fetch("INTERCOM_MESSENGER_SECRET"), "HS256")
  end
end
"""
    },
    {
        "parameter": (
            "intercom_token(current_user)",
            "intercom_token(User.find_by(email: params[:email]))",
            "the caller chooses",
        ),
        "in the payload": (
            "user_id: user.id.to_s",
            "user_id: params[:user_id]",
            "the caller chooses",
        ),
    },
)

SERVICE = Sample(
    {
        "app/services/intercom/identity.rb": """
module Intercom
  class Identity
    def initialize(secret: ENV.fetch("INTERCOM_IDENTITY_VERIFICATION_SECRET"))
      @secret = secret
    end

    def intercom_hash_for(value)
      OpenSSL::HMAC.hexdigest(OpenSSL::Digest.new("sha256"), @secret, value.to_s)
    end
  end
end
""",
        "app/controllers/profiles_controller.rb": """
class ProfilesController < ApplicationController
  before_action :require_login

  def show
    @profile = current_user.profile
    @identity = Intercom::Identity.new.intercom_hash_for(current_user.id)
  end

  def update
    if current_user.profile.update(params.require(:profile).permit(:name))
      redirect_to profile_path
    else
      render :edit
    end
  end
end
""",
    },
    {
        "parameter": (
            "intercom_hash_for(current_user.id)",
            "intercom_hash_for(params[:id])",
            "the caller chooses",
        ),
    },
)

SINATRA = Sample(
    {
        "app.rb": """
require "sinatra/base"
require "openssl"
require "json"

class Shop < Sinatra::Base
  enable :sessions
  set :session_secret, ENV.fetch("SESSION_SECRET")

  get "/intercom/identity" do
    halt 401 unless session[:user_id]
    id = session[:user_id].to_s
    hash = OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("INTERCOM_SECRET_KEY"), id)
    content_type :json
    { user_id: id, user_hash: hash }.to_json
  end

  get "/health" do
    "ok"
  end
end
"""
    },
    {
        "parameter": ("id = session[:user_id].to_s", "id = params[:id]", "the caller chooses"),
        "by name": ("id = session[:user_id].to_s", 'id = params["id"].to_s', "the caller chooses"),
    },
)

SAMPLES = {
    "intercom-rails": GEM,
    "a controller of Rails": CONTROLLER,
    "a helper of Rails": HELPER,
    "a service of Rails": SERVICE,
    "Sinatra": SINATRA,
}
