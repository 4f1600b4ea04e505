"""Handlers of webhooks in Go that are right, and ways to break each: net/http and chi."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

PLAIN = Sample(
    {
        "main.go": """
package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

type notification struct {
	Topic string          `json:"topic"`
	Data  json.RawMessage `json:"data"`
}

var clientSecret = []byte(os.Getenv("INTERCOM_CLIENT_SECRET"))

func signed(body []byte, header string) bool {
	mac := hmac.New(sha1.New, clientSecret)
	mac.Write(body)
	expected := "sha1=" + hex.EncodeToString(mac.Sum(nil))
	return hmac.Equal([]byte(expected), []byte(header))
}

func handleIntercom(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "cannot read the body", http.StatusBadRequest)
		return
	}
	if !signed(body, r.Header.Get("X-Hub-Signature")) {
		http.Error(w, "invalid signature", http.StatusUnauthorized)
		return
	}
	var event notification
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(w, "malformed notification", http.StatusBadRequest)
		return
	}
	go process(event)
	w.WriteHeader(http.StatusOK)
}

func process(event notification) {
	log.Printf("topic %s", event.Topic)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/intercom", handleIntercom)
	log.Fatal(http.ListenAndServe(":8080", mux))
}
""",
    },
    {
        "plain": (
            "hmac.Equal([]byte(expected), []byte(header))",
            "expected == header",
            "constant time",
        ),
        "bytes": ("hmac.Equal(", "bytes.Equal(", "constant time"),
        "sha256": ('"crypto/sha1"', 'sha1 "crypto/sha256"', "HMAC-SHA256"),
        "literal": ('[]byte(os.Getenv("INTERCOM_CLIENT_SECRET"))', '[]byte("not-a-secret")',
                    "stands in the code"),
        "empty": ('[]byte(os.Getenv("INTERCOM_CLIENT_SECRET"))', '[]byte("")', "empty secret"),
        "forgotten-return": (
            '"invalid signature", http.StatusUnauthorized)\n\t\treturn',
            '"invalid signature", http.StatusUnauthorized)',
            "wrong signature is acted on before it is refused",
        ),
        "only-logs": (
            'http.Error(w, "invalid signature", http.StatusUnauthorized)\n\t\treturn',
            'log.Print("invalid signature")',
            "wrong signature is acted on",
        ),
        "open": (
            "\tmac := hmac.New",
            '\tif header == "" {\n\t\treturn true\n\t}\n\tmac := hmac.New',
            "without a signature is acted on",
        ),
        "guard": (
            "if !signed(body,",
            'if len(clientSecret) > 0 && !signed(body,',
            "without a secret",
        ),
        "guard-signature": (
            'if !signed(body, r.Header.Get("X-Hub-Signature")) {',
            'if got := r.Header.Get("X-Hub-Signature"); got != "" && !signed(body, got) {',
            "without a signature is acted on",
        ),
        "inverted": ("if !signed(body,", "if signed(body,", "inverted"),
        "serialised": (
            "mac.Write(body)",
            "var parsed map[string]any\n\tjson.Unmarshal(body, &parsed)\n"
            "\tagain, _ := json.Marshal(parsed)\n\tmac.Write(again)",
            "written anew",
        ),
        "acts-first": (
            "\tif !signed(body,",
            "\tgo archive(body)\n\tif !signed(body,",
            "before it is refused",
        ),
        "never": (
            'if !signed(body, r.Header.Get("X-Hub-Signature")) {',
            "if len(body) == 0 {",
            "never checks",
        ),
        "unread": (
            "\tif !signed(body,",
            "\tif os.Args == nil && !signed(body,",
            "wrong signature is acted on",
        ),
    },
)  # fmt: skip

STRUCT = Sample(
    {
        "go.mod": "module example.com/support\n\ngo 1.22\n",
        "cmd/server/main.go": """
package main

import (
	"log"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"example.com/support/internal/config"
	"example.com/support/internal/intercom"
	"example.com/support/internal/queue"
)

func main() {
	cfg, err := config.Load()
	if err != nil {
		log.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.Recoverer)
	r.Get("/healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	r.Route("/webhooks", func(r chi.Router) {
		r.Use(intercom.Verify(cfg.IntercomClientSecret))
		r.Post("/intercom", intercom.NewHandler(queue.New()).Receive)
	})
	log.Fatal(http.ListenAndServe(cfg.Address, r))
}
""",
        "internal/config/config.go": """
package config

import (
	"errors"
	"os"
)

type Config struct {
	Address              string
	IntercomClientSecret string
}

func Load() (*Config, error) {
	cfg := &Config{
		Address:              os.Getenv("ADDRESS"),
		IntercomClientSecret: os.Getenv("INTERCOM_CLIENT_SECRET"),
	}
	if cfg.IntercomClientSecret == "" {
		return nil, errors.New("INTERCOM_CLIENT_SECRET is not set")
	}
	return cfg, nil
}
""",
        "internal/intercom/middleware.go": """
package intercom

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
)

const signatureHeader = "X-Hub-Signature"

// Verify lets only those requests pass that Intercom has signed.
func Verify(secret string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			given, ok := strings.CutPrefix(r.Header.Get(signatureHeader), "sha1=")
			if !ok {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			r.Body.Close()
			r.Body = io.NopCloser(bytes.NewReader(body))
			if !matches([]byte(secret), body, given) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func matches(key, body []byte, given string) bool {
	sum, err := hex.DecodeString(given)
	if err != nil {
		return false
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(body)
	return hmac.Equal(sum, mac.Sum(nil))
}
""",
        "internal/intercom/handler.go": """
package intercom

import (
	"encoding/json"
	"net/http"
)

type publisher interface {
	Publish(topic string, payload any) error
}

// Handler takes notifications of Intercom.
type Handler struct {
	queue publisher
}

func NewHandler(q publisher) *Handler {
	return &Handler{queue: q}
}

func (h *Handler) Receive(w http.ResponseWriter, r *http.Request) {
	var n Notification
	if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch n.Topic {
	case "conversation.user.created", "conversation.user.replied":
		if err := h.queue.Publish(n.Topic, n.Data); err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusAccepted)
}
""",
        "internal/intercom/types.go": """
package intercom

import "encoding/json"

type Notification struct {
	Topic string          `json:"topic"`
	Data  json.RawMessage `json:"data"`
}
""",
    },
    {
        "unused": ("\t\tr.Use(intercom.Verify(cfg.IntercomClientSecret))\n", "", "never checks"),
        "plain": ("hmac.Equal(sum, mac.Sum(nil))", "string(sum) == string(mac.Sum(nil))",
                  "constant time"),
        "sha256": ('"crypto/sha1"', 'sha1 "crypto/sha256"', "HMAC-SHA256"),
        "passes": (
            "if !matches([]byte(secret), body, given) {\n"
            "\t\t\t\tw.WriteHeader(http.StatusUnauthorized)\n\t\t\t\treturn",
            "if !matches([]byte(secret), body, given) {\n\t\t\t\tlog.Println(\"bad signature\")",
            "wrong signature is acted on",
        ),
        "missing": (
            "if !ok {\n\t\t\t\tw.WriteHeader(http.StatusUnauthorized)\n",
            "if !ok {\n\t\t\t\tnext.ServeHTTP(w, r)\n",
            "without a signature is acted on",
        ),
        "fail-open": (
            "if err != nil {\n\t\treturn false",
            "if err != nil {\n\t\treturn true",
            "malformed signature is acted on",
        ),
    },
)  # fmt: skip

SAMPLES = {"go": PLAIN, "go-chi": STRUCT}
