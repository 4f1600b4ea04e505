"""Handlers of webhooks in Rails that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

CONTROLLER = Sample(
    {
        "config/routes.rb": """
Rails.application.routes.draw do
  root "home#index"

  namespace :webhooks do
    post "intercom", to: "intercom#create"
  end
end
""",
        "app/controllers/webhooks/intercom_controller.rb": """
# frozen_string_literal: true

module Webhooks
  # Takes notifications of Intercom.
  class IntercomController < ApplicationController
    skip_before_action :verify_authenticity_token
    before_action :verify_signature

    def create
      event = JSON.parse(request.raw_post)

      case event["topic"]
      when "conversation.user.created", "conversation.user.replied"
        IntercomConversationJob.perform_later(event.dig("data", "item"))
      when "contact.created"
        IntercomContactJob.perform_later(event.dig("data", "item"))
      else
        Rails.logger.info("unhandled topic #{event['topic']}")
      end

      head :ok
    end

    private

    def verify_signature
      given = request.headers["X-Hub-Signature"]
      return head(:unauthorized) if given.blank?

      key = ENV.fetch("INTERCOM_CLIENT_SECRET")
      digest = OpenSSL::HMAC.hexdigest("sha1", key, request.raw_post)
      return if ActiveSupport::SecurityUtils.secure_compare("sha1=#{digest}", given)

      Rails.logger.warn("webhook with a wrong signature")
      head :unauthorized
    end
  end
end
""",
    },
    {
        "plain": (
            'ActiveSupport::SecurityUtils.secure_compare("sha1=#{digest}", given)',
            '"sha1=#{digest}" == given',
            "constant time",
        ),
        "eql": (
            'ActiveSupport::SecurityUtils.secure_compare("sha1=#{digest}", given)',
            '"sha1=#{digest}".eql?(given)',
            "constant time",
        ),
        "throws": (
            "secure_compare(",
            "fixed_length_secure_compare(",
            "another length throws",
        ),
        "unfiltered": ("    before_action :verify_signature\n", "", "never checks"),
        "other-actions": (
            "before_action :verify_signature",
            "before_action :verify_signature, only: [:update]",
            "never checks",
        ),
        "skipped": (
            "    before_action :verify_signature\n",
            "    before_action :verify_signature\n"
            "    skip_before_action :verify_signature, only: :create\n",
            "never checks",
        ),
        "logs": (
            'wrong signature")\n      head :unauthorized\n',
            'wrong signature")\n',
            "wrong signature is acted on",
        ),
        "open": (
            "return head(:unauthorized) if given.blank?",
            "return if given.blank?",
            "without a signature is acted on",
        ),
        "sha256": ('hexdigest("sha1"', 'hexdigest("sha256"', "HMAC-SHA256"),
        "literal": ('ENV.fetch("INTERCOM_CLIENT_SECRET")', '"not-a-secret"', "stands in the code"),
        "empty": (
            'ENV.fetch("INTERCOM_CLIENT_SECRET")',
            'ENV.fetch("INTERCOM_CLIENT_SECRET", "")',
            "empty secret",
        ),
        "to-s": (
            'ENV.fetch("INTERCOM_CLIENT_SECRET")',
            'ENV["INTERCOM_CLIENT_SECRET"].to_s',
            "empty secret",
        ),
        "no-secret": (
            '      key = ENV.fetch("INTERCOM_CLIENT_SECRET")\n',
            '      key = ENV["INTERCOM_CLIENT_SECRET"]\n      return unless key\n',
            "without a secret",
        ),
        "serialised": ("key, request.raw_post)", "key, params.to_json)", "written anew"),
        "generated": (
            "key, request.raw_post)",
            "key, JSON.generate(JSON.parse(request.raw_post)))",
            "written anew",
        ),
        "inverted": ("return if ActiveSupport", "return unless ActiveSupport", "inverted"),
    },
)

CONCERN = Sample(
    {
        "app/controllers/concerns/intercom_signed.rb": """
# Lets only Intercom through.
module IntercomSigned
  extend ActiveSupport::Concern

  class InvalidSignature < StandardError; end

  included do
    before_action :verify_intercom_signature!
    rescue_from InvalidSignature, with: :refuse
  end

  private

  def verify_intercom_signature!
    signature = request.env["HTTP_X_HUB_SIGNATURE"]
    raise InvalidSignature, "missing" unless signature.present?
    raise InvalidSignature, "wrong" unless intercom_signature_valid?(signature)
  end

  def intercom_signature_valid?(signature)
    algorithm, given = signature.split("=", 2)
    return false unless algorithm == "sha1" && given

    secret = Rails.application.credentials.intercom[:client_secret]
    expected = OpenSSL::HMAC.hexdigest(OpenSSL::Digest.new("sha1"), secret, intercom_body)
    ActiveSupport::SecurityUtils.secure_compare(expected, given)
  end

  def intercom_body
    @intercom_body ||= request.body.read.tap { request.body.rewind }
  end

  def refuse
    render json: { error: "invalid signature" }, status: :unauthorized
  end
end
""",
        "app/controllers/api/v1/intercom_webhooks_controller.rb": """
class Api::V1::IntercomWebhooksController < Api::BaseController
  include IntercomSigned

  def create
    Intercom::EventHandler.new(event_params).call
    render json: { received: true }
  end

  private

  def event_params
    params.permit(:topic, :id, data: {})
  end
end
""",
        "app/controllers/api/base_controller.rb": """
class Api::BaseController < ActionController::API
  before_action :set_locale

  private

  def set_locale
    I18n.locale = :en
  end
end
""",
    },
    {
        "not-included": ("  include IntercomSigned\n", "", "never checks"),
        "plain": (
            "ActiveSupport::SecurityUtils.secure_compare(expected, given)",
            "expected == given",
            "constant time",
        ),
        "sha512": ('Digest.new("sha1")', 'Digest.new("sha512")', "HMAC-SHA512"),
        "guard": (
            'raise InvalidSignature, "missing" unless signature.present?',
            "return unless signature.present?",
            "without a signature is acted on",
        ),
        "logs": (
            'raise InvalidSignature, "wrong" unless',
            'Rails.logger.warn("wrong") unless',
            "wrong signature is acted on",
        ),
        "rescued": (
            'raise InvalidSignature, "wrong" unless intercom_signature_valid?(signature)',
            'raise InvalidSignature, "wrong" unless intercom_signature_valid?(signature)\n'
            "  rescue InvalidSignature => e\n    Rails.logger.warn(e.message)",
            "is acted on",
        ),
        "literal": (
            "Rails.application.credentials.intercom[:client_secret]",
            '"not-a-secret"',
            "stands in the code",
        ),
        "parsed": (
            "@intercom_body ||= request.body.read.tap { request.body.rewind }",
            "@intercom_body ||= params.except(:controller, :action).to_json",
            "written anew",
        ),
        "inverted": (
            'raise InvalidSignature, "wrong" unless',
            'raise InvalidSignature, "wrong" if',
            "inverted",
        ),
    },
)

SERVICE = Sample(
    {
        "app/services/intercom/signature.rb": """
module Intercom
  # Whether a request was signed by Intercom.
  class Signature
    HEADER = "X-Hub-Signature"

    attr_reader :request, :secret

    def self.valid?(...)
      new(...).valid?
    end

    def initialize(request, secret: ENV["INTERCOM_CLIENT_SECRET"])
      @request = request
      @secret = secret
    end

    def valid?
      return false if secret.blank? || header.blank?

      Rack::Utils.secure_compare(expected, header)
    end

    private

    def header
      request.headers[HEADER]
    end

    def expected
      "sha1=" + OpenSSL::HMAC.hexdigest("SHA1", secret, request.raw_post)
    end
  end
end
""",
        "app/controllers/intercom_webhooks_controller.rb": """
class IntercomWebhooksController < ActionController::Base
  protect_from_forgery with: :null_session

  def receive
    unless Intercom::Signature.new(request).valid?
      render json: { error: "invalid signature" }, status: 403
      return
    end

    ProcessIntercomWebhook.perform_async(payload["topic"], payload["data"])
    render json: {}, status: :ok
  end

  private

  def payload
    @payload ||= JSON.parse(request.raw_post)
  end
end
""",
    },
    {
        "plain": (
            "Rack::Utils.secure_compare(expected, header)",
            "header == expected",
            "constant time",
        ),
        "goes-on": ("status: 403\n      return\n", "status: 403\n", "although it is"),
        "no-secret": (
            "return false if secret.blank? || header.blank?",
            "return true if secret.blank?\n      return false if header.blank?",
            "without a secret",
        ),
        "no-header": (
            "return false if secret.blank? || header.blank?",
            "return false if secret.blank?\n      return true if header.blank?",
            "without a signature is acted on",
        ),
        "fallback": (
            'ENV["INTERCOM_CLIENT_SECRET"]',
            'ENV["INTERCOM_CLIENT_SECRET"] || "development"',
            "stands in the code",
        ),
        "inverted": ("unless Intercom::", "if Intercom::", "inverted"),
        "sha256": ('hexdigest("SHA1"', 'hexdigest("SHA256"', "HMAC-SHA256"),
        "always": (
            "      Rack::Utils.secure_compare(expected, header)\n",
            "      Rack::Utils.secure_compare(expected, header)\n      true\n",
            "wrong signature is acted on",
        ),
    },
)

APPLICATION = Sample(
    {
        "app/controllers/application_controller.rb": """
class ApplicationController < ActionController::Base
  before_action :check_intercom_signature, if: :intercom_request?

  private

  def intercom_request?
    true
  end

  def check_intercom_signature
    signature = request.get_header("HTTP_X_HUB_SIGNATURE")
    if signature.nil? || !signature.start_with?("sha1=")
      render plain: "malformed", status: :bad_request and return
    end

    mac = OpenSSL::HMAC.hexdigest("sha1", Settings.intercom.client_secret!, request.raw_post)
    unless ActiveSupport::SecurityUtils.secure_compare(mac, signature.delete_prefix("sha1="))
      render plain: "wrong", status: :forbidden
    end
  end
end
""",
        "app/controllers/intercom_controller.rb": """
class IntercomController < ApplicationController
  protect_from_forgery except: :notify

  def notify
    topic = params[:topic]
    item = params.dig(:data, :item)
    Support::TicketSync.new.call(topic, item) if topic == "ticket.created"
    head :no_content
  end
end
""",
    },
    {
        "plain": (
            'ActiveSupport::SecurityUtils.secure_compare(mac, signature.delete_prefix("sha1="))',
            'mac == signature.delete_prefix("sha1=")',
            "constant time",
        ),
        "throws": (
            "ActiveSupport::SecurityUtils.secure_compare(",
            "OpenSSL.fixed_length_secure_compare(",
            "another length throws",
        ),
        "skipped": (
            "  protect_from_forgery except: :notify\n",
            "  skip_before_action :check_intercom_signature\n",
            "never checks",
        ),
        "logs": (
            '      render plain: "wrong", status: :forbidden\n',
            '      logger.warn "wrong"\n',
            "wrong signature is acted on",
        ),
        "open": (
            '      render plain: "malformed", status: :bad_request and return\n',
            "      return\n",
            "without a signature is acted on",
        ),
        "sha256": ('hexdigest("sha1"', 'hexdigest("sha256"', "HMAC-SHA256"),
    },
)

SAMPLES = {
    "rails-controller": CONTROLLER,
    "rails-concern": CONCERN,
    "rails-service": SERVICE,
    "rails-application": APPLICATION,
}
