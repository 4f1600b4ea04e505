"""Handlers of webhooks in Go that are methods of a server, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

HANDLER = Sample(
    {
        "server/webhook.go": """
package server

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

var errSignature = errors.New("signature does not match")

// IntercomWebhook is an http.Handler for https://developers.intercom.com webhooks.
type IntercomWebhook struct {
	clientSecret string
	events       chan<- Event
}

func (h *IntercomWebhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	event, err := h.parse(r)
	switch {
	case errors.Is(err, errSignature):
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := h.store.SaveEvent(r.Context(), event); err != nil {
		http.Error(w, "storage", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (h *IntercomWebhook) parse(r *http.Request) (*Event, error) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if err := h.verify(payload, r.Header.Get("X-Hub-Signature")); err != nil {
		return nil, err
	}
	event := new(Event)
	if err := json.Unmarshal(payload, event); err != nil {
		return nil, err
	}
	return event, nil
}

func (h *IntercomWebhook) verify(payload []byte, header string) error {
	parts := strings.SplitN(header, "=", 2)
	if len(parts) != 2 || parts[0] != "sha1" {
		return errSignature
	}
	mac := hmac.New(sha1.New, []byte(h.clientSecret))
	if _, err := mac.Write(payload); err != nil {
		return err
	}
	want := hex.EncodeToString(mac.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(parts[1]), []byte(want)) != 1 {
		return errSignature
	}
	return nil
}
""",
        "server/event.go": """
package server

// Event is what Intercom says has happened.
type Event struct {
	Topic string
	Data  map[string]any
}
""",
    },
    {
        "plain": (
            "subtle.ConstantTimeCompare([]byte(parts[1]), []byte(want)) != 1",
            "parts[1] != want",
            "constant time",
        ),
        "zero": ("[]byte(want)) != 1", "[]byte(want)) == 1", "inverted"),
        "swallowed": (
            'r.Header.Get("X-Hub-Signature")); err != nil {\n\t\treturn nil, err',
            'r.Header.Get("X-Hub-Signature")); err != nil {\n\t\tlog.Print(err)',
            "wrong signature is acted on",
        ),
        "missing": (
            "\tparts := strings.SplitN",
            '\tif header == "" {\n\t\treturn nil\n\t}\n\tparts := strings.SplitN',
            "without a signature is acted on",
        ),
        "unset": (
            "\tparts := strings.SplitN",
            '\tif h.clientSecret == "" {\n\t\treturn nil\n\t}\n\tparts := strings.SplitN',
            "without a secret",
        ),
        "dead": (
            '\tif err := h.verify(payload, r.Header.Get("X-Hub-Signature")); err != nil {'
            "\n\t\treturn nil, err\n\t}\n",
            "",
            "never checks",
        ),
        "sha512": ('"crypto/sha1"', 'sha1 "crypto/sha512"', "HMAC-SHA512"),
    },
)  # fmt: skip

GORILLA = Sample(
    {
        "hooks/server.go": """
package hooks

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"

	"github.com/gorilla/mux"
	"go.uber.org/zap"
)

type Server struct {
	log    *zap.Logger
	secret []byte
	store  Store
}

func (s *Server) Routes() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/intercom", s.withSignature(s.intercom)).Methods(http.MethodPost)
	return r
}

func (s *Server) withSignature(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		mac := hmac.New(sha1.New, s.secret)
		body, err := io.ReadAll(io.TeeReader(r.Body, mac))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		signature := r.Header.Get("X-Hub-Signature")
		if len(signature) != len("sha1=")+hex.EncodedLen(sha1.Size) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if !hmac.Equal([]byte(signature[5:]), []byte(hex.EncodeToString(mac.Sum(nil)))) {
			s.log.Warn("signature does not match")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r.WithContext(withBody(r.Context(), body)))
	}
}

func (s *Server) intercom(w http.ResponseWriter, r *http.Request) {
	var event Event
	if err := json.Unmarshal(bodyOf(r.Context()), &event); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.store.Save(event)
	w.Write([]byte("ok"))
}
""",
        "hooks/context.go": """
package hooks

import "context"

type bodyKey struct{}

func withBody(ctx context.Context, body []byte) context.Context {
	return context.WithValue(ctx, bodyKey{}, body)
}

func bodyOf(ctx context.Context) []byte {
	body, _ := ctx.Value(bodyKey{}).([]byte)
	return body
}

type Event struct {
	Type, Topic string
}

type Store interface {
	Save(Event)
}
""",
    },
    {
        "unused": ("s.withSignature(s.intercom)", "s.intercom", "never checks"),
        "plain": (
            "!hmac.Equal([]byte(signature[5:]), []byte(hex.EncodeToString(mac.Sum(nil))))",
            "signature[5:] != hex.EncodeToString(mac.Sum(nil))",
            "constant time",
        ),
        "only-logs": (
            's.log.Warn("signature does not match")\n\t\t\tw.WriteHeader(http.StatusUnauthorized)'
            "\n\t\t\treturn\n",
            's.log.Warn("signature does not match")\n',
            "wrong signature is acted on",
        ),
        "forgotten-return": (
            "w.WriteHeader(http.StatusUnauthorized)\n\t\t\treturn\n\t\t}\n\t\tnext",
            "w.WriteHeader(http.StatusUnauthorized)\n\t\t}\n\t\tnext",
            "wrong signature is acted on before it is refused",
        ),
    },
)  # fmt: skip

SAMPLES = {"go-handler": HANDLER, "go-gorilla": GORILLA}
