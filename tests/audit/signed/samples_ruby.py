"""Handlers of webhooks with Sinatra, Grape and Rack that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SINATRA = Sample(
    {
        "app.rb": """
require 'json'
require 'openssl'
require 'sinatra'

helpers do
  def signed?(body)
    given = request.env['HTTP_X_HUB_SIGNATURE'].to_s
    key = ENV.fetch('INTERCOM_CLIENT_SECRET')
    wanted = 'sha1=' + OpenSSL::HMAC.hexdigest(OpenSSL::Digest.new('sha1'), key, body)
    Rack::Utils.secure_compare(wanted, given)
  end
end

get '/' do
  'ok'
end

post '/intercom/webhook' do
  request.body.rewind
  payload = request.body.read
  halt 401, 'bad signature' unless signed?(payload)

  notification = JSON.parse(payload)
  logger.info "topic #{notification['topic']}"
  Worker.perform_async(notification['topic'], notification['data'])
  status 200
end
"""
    },
    {
        "plain": ("Rack::Utils.secure_compare(wanted, given)", "wanted == given", "constant time"),
        "throws": ("Rack::Utils.secure_compare(", "OpenSSL.fixed_length_secure_compare(",
                   "another length throws"),
        "logs": ("halt 401, 'bad signature' unless", "logger.warn 'bad signature' unless",
                 "wrong signature is acted on"),
        "guard": ("halt 401, 'bad signature' unless signed?(payload)",
                  "halt 401 if request.env['HTTP_X_HUB_SIGNATURE'] && !signed?(payload)",
                  "without a signature is acted on"),
        "sha256": ("Digest.new('sha1')", "Digest.new('sha256')", "HMAC-SHA256"),
        "literal": ("ENV.fetch('INTERCOM_CLIENT_SECRET')", "'not-a-secret'", "stands in the code"),
        "default": ("ENV.fetch('INTERCOM_CLIENT_SECRET')",
                    "ENV.fetch('INTERCOM_CLIENT_SECRET') { '' }", "empty secret"),
        "serialised": ("unless signed?(payload)", "unless signed?(JSON.parse(payload).to_json)",
                       "written anew"),
        "inverted": ("bad signature' unless", "bad signature' if", "inverted"),
        "never": (" unless signed?(payload)", " if payload.empty?", "never checks"),
        "acts-first": ("  halt 401", "  Worker.perform_async(payload)\n  halt 401",
                       "before it is refused"),
    },
)  # fmt: skip

MODULAR = Sample(
    {
        "lib/verification.rb": """
module Verification
  SECRET = ENV.fetch('INTERCOM_CLIENT_SECRET')

  def verify!(raw)
    header = request.get_header('HTTP_X_HUB_SIGNATURE')
    halt 400, { error: 'no signature' }.to_json if header.nil?

    sum = OpenSSL::HMAC.hexdigest('SHA1', SECRET, raw)
    halt 401, { error: 'wrong signature' }.to_json unless secure?("sha1=#{sum}", header)
  end

  def secure?(one, other)
    return false if one.bytesize != other.bytesize

    OpenSSL.fixed_length_secure_compare(one, other)
  end
end
""",
        "web/intercom_app.rb": """
require 'sinatra/base'
require_relative '../lib/verification'

class IntercomApp < Sinatra::Base
  helpers Verification

  configure do
    set :show_exceptions, false
  end

  before '/hooks/*' do
    content_type :json
    @raw = request.body.read
    verify!(@raw)
  end

  post '/hooks/intercom' do
    event = JSON.parse(@raw, symbolize_names: true)
    EventStore.append(event[:topic], event[:data])
    { ok: true }.to_json
  end
end
""",
    },
    {
        "plain": ("OpenSSL.fixed_length_secure_compare(one, other)", "one == other",
                  "constant time"),
        "throws": ("    return false if one.bytesize != other.bytesize\n\n", "",
                   "another length throws"),
        "elsewhere": ("before '/hooks/*' do\n    content_type :json\n    @raw = request.body.read",
                      "before do\n    @raw = request.body.read\n  end\n\n  before '/admin/*' do",
                      "never checks"),
        "open": ("halt 400, { error: 'no signature' }.to_json if header.nil?",
                 "return if header.nil?", "without a signature is acted on"),
        "logs": ("halt 401, { error: 'wrong signature' }.to_json unless",
                 "puts 'wrong signature' unless", "wrong signature is acted on"),
        "sha256": ("hexdigest('SHA1'", "hexdigest('SHA256'", "HMAC-SHA256"),
        "fallback": ("ENV.fetch('INTERCOM_CLIENT_SECRET')",
                     "ENV.fetch('INTERCOM_CLIENT_SECRET', 'dev')", "stands in the code"),
    },
)  # fmt: skip

RACK = Sample(
    {
        "lib/intercom_endpoint.rb": """
require 'json'
require 'openssl'
require 'rack'

# Answers the webhooks of Intercom.
class IntercomEndpoint
  def initialize(queue)
    @queue = queue
    @secret = ENV['INTERCOM_CLIENT_SECRET'] or raise 'INTERCOM_CLIENT_SECRET is not set'
  end

  def call(env)
    request = Rack::Request.new(env)
    return [405, {}, []] unless request.post?

    body = request.body.read
    return [401, {}, ['signature']] unless authentic?(body, env['HTTP_X_HUB_SIGNATURE'])

    @queue.push(JSON.parse(body))
    enqueue(JSON.parse(body))
    [200, { 'content-type' => 'text/plain' }, ['ok']]
  end

  private

  def enqueue(event)
    Worker.enqueue(event.fetch('topic'), event)
  end

  def authentic?(body, header)
    return false unless header&.start_with?('sha1=')

    mac = OpenSSL::HMAC.hexdigest('sha1', @secret, body)
    Rack::Utils.secure_compare(mac, header.sub('sha1=', ''))
  end
end
""",
        "config.ru": """
require_relative 'lib/intercom_endpoint'

map '/intercom' do
  run IntercomEndpoint.new(Thread::Queue.new)
end
""",
    },
    {
        "plain": ("Rack::Utils.secure_compare(mac, header.sub('sha1=', ''))",
                  "mac == header.sub('sha1=', '')", "constant time"),
        "open": ("return false unless header&.start_with?('sha1=')",
                 "return true unless header&.start_with?('sha1=')",
                 "without a signature is acted on"),
        "logs": ("return [401, {}, ['signature']] unless", "warn 'signature' unless",
                 "wrong signature is acted on"),
        "sha256": ("hexdigest('sha1'", "hexdigest('sha256'", "HMAC-SHA256"),
        "inverted": ("['signature']] unless", "['signature']] if", "inverted"),
        "serialised": ("@secret, body)", "@secret, JSON.dump(JSON.parse(body)))", "written anew"),
    },
)  # fmt: skip

GRAPE = Sample(
    {
        "app/api/intercom_api.rb": """
class IntercomAPI < Grape::API
  format :json

  helpers do
    def raw_body
      @raw_body ||= env['rack.input'].read
    end

    def authenticate_intercom!
      sent = headers['X-Hub-Signature']
      error!('Unauthorized', 401) unless sent

      secret = Figaro.env.intercom_client_secret!
      calculated = OpenSSL::HMAC.hexdigest('sha1', secret, raw_body)
      return if ActiveSupport::SecurityUtils.secure_compare("sha1=#{calculated}", sent)

      error!('Unauthorized', 401)
    end
  end

  resource :intercom do
    desc 'Notifications'
    post :webhook do
      authenticate_intercom!
      IntercomNotification.create!(topic: params[:topic], payload: params)
      status 202
    end
  end
end
"""
    },
    {
        "unchecked": ("      authenticate_intercom!\n", "", "never checks"),
        "plain": ('ActiveSupport::SecurityUtils.secure_compare("sha1=#{calculated}", sent)',
                  '"sha1=#{calculated}" == sent', "constant time"),
        "guard": ("error!('Unauthorized', 401) unless sent", "return unless sent",
                  "without a signature is acted on"),
        "logs": ("\n\n      error!('Unauthorized', 401)\n    end", "\n\n      puts 'no'\n    end",
                 "wrong signature is acted on"),
        "sha256": ("hexdigest('sha1'", "hexdigest('sha256'", "HMAC-SHA256"),
    },
)  # fmt: skip

SAMPLES = {
    "sinatra": SINATRA,
    "sinatra-modular": MODULAR,
    "rack": RACK,
    "grape": GRAPE,
}
