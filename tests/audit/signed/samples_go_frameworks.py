"""Handlers of webhooks in Go that are right, and ways to break each: Gin, Echo, Fiber."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

GIN = Sample(
    {
        "go.mod": "module example.com/api\n",
        "main.go": """
package main

import (
	"os"

	"github.com/gin-gonic/gin"

	"example.com/api/middleware"
	"example.com/api/webhooks"
)

func main() {
	router := gin.Default()
	hooks := router.Group("/webhooks")
	hooks.Use(middleware.IntercomSignature(os.Getenv("INTERCOM_CLIENT_SECRET")))
	webhooks.Register(hooks)
	router.Run()
}
""",
        "middleware/signature.go": """
package middleware

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// IntercomSignature aborts requests that Intercom has not signed.
func IntercomSignature(secret string) gin.HandlerFunc {
	return func(c *gin.Context) {
		payload, err := io.ReadAll(c.Request.Body)
		if err != nil {
			c.AbortWithStatus(http.StatusBadRequest)
			return
		}
		mac := hmac.New(sha1.New, []byte(secret))
		mac.Write(payload)
		want := fmt.Sprintf("sha1=%x", mac.Sum(nil))
		if secret == "" || !hmac.Equal([]byte(want), []byte(c.GetHeader("X-Hub-Signature"))) {
			c.AbortWithStatusJSON(http.StatusUnauthorized, gin.H{"error": "invalid signature"})
			return
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(payload))
		c.Next()
	}
}
""",
        "webhooks/intercom.go": """
package webhooks

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/api/tasks"
)

type notification struct {
	ID    string `json:"id"`
	Topic string `json:"topic"`
}

// Register adds the handlers of those services that call us.
func Register(group *gin.RouterGroup) {
	group.POST("/intercom", receiveIntercom)
}

func receiveIntercom(c *gin.Context) {
	var event notification
	if err := c.ShouldBindJSON(&event); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	tasks.Enqueue(event)
	c.Status(http.StatusOK)
}
""",
    },
    {
        "no-abort": ("c.AbortWithStatusJSON(http.StatusUnauthorized,",
                     "c.JSON(http.StatusUnauthorized,", "wrong signature is acted on"),
        "unused": (
            '\thooks.Use(middleware.IntercomSignature(os.Getenv("INTERCOM_CLIENT_SECRET")))\n',
            "",
            "never checks",
        ),
        "too-late": (
            '\thooks.Use(middleware.IntercomSignature(os.Getenv("INTERCOM_CLIENT_SECRET")))\n'
            "\twebhooks.Register(hooks)\n",
            "\twebhooks.Register(hooks)\n"
            '\thooks.Use(middleware.IntercomSignature(os.Getenv("INTERCOM_CLIENT_SECRET")))\n',
            "never checks",
        ),
        "plain": ('!hmac.Equal([]byte(want), []byte(c.GetHeader("X-Hub-Signature")))',
                  'want != c.GetHeader("X-Hub-Signature")', "constant time"),
        "sha256": ('"crypto/sha1"', 'sha1 "crypto/sha256"', "HMAC-SHA256"),
        "unset": ('secret == "" || !hmac', 'secret != "" && !hmac', "without a secret"),
        "literal": ('os.Getenv("INTERCOM_CLIENT_SECRET")', '"not-a-secret"', "stands in the code"),
    },
)  # fmt: skip

GIN_INLINE = Sample(
    {
        "api/intercom_webhook.go": """
package api

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

type IntercomController struct {
	ClientSecret string
	Service      *SupportService
}

func (ctl *IntercomController) verify(body []byte, header string) (ok bool) {
	if ctl.ClientSecret == "" || !strings.HasPrefix(header, "sha1=") {
		return
	}
	given, err := hex.DecodeString(strings.TrimPrefix(header, "sha1="))
	if err != nil {
		return false
	}
	mac := hmac.New(sha1.New, []byte(ctl.ClientSecret))
	mac.Write(body)
	ok = hmac.Equal(mac.Sum(nil), given)
	return
}

func (ctl *IntercomController) Webhook(c *gin.Context) {
	raw, err := c.GetRawData()
	if err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	if !ctl.verify(raw, c.GetHeader("X-Hub-Signature")) {
		c.String(401, "unauthorized")
		return
	}
	event := &Event{}
	if err := json.Unmarshal(raw, event); err != nil {
		c.Status(http.StatusUnprocessableEntity)
		return
	}
	if err := ctl.Service.HandleEvent(c.Request.Context(), event); err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.Status(http.StatusOK)
}

type Event struct {
	Topic string
	Data  map[string]any
}
""",
    },
    {
        "open": (
            '!strings.HasPrefix(header, "sha1=") {\n\t\treturn\n',
            '!strings.HasPrefix(header, "sha1=") {\n\t\treturn true\n',
            "without a signature is acted on",
        ),
        "named": (
            "\tif ctl.ClientSecret == \"\" ||",
            "\tok = true\n\tif ctl.ClientSecret == \"\" ||",
            "without a signature is acted on",
        ),
        "plain": ("hmac.Equal(mac.Sum(nil), given)", "bytes.Equal(mac.Sum(nil), given)",
                  "constant time"),
        "forgotten-return": ('c.String(401, "unauthorized")\n\t\treturn',
                             'c.String(401, "unauthorized")', "wrong signature is acted on"),
        "bound": (
            "\traw, err := c.GetRawData()\n",
            "\tvar bound map[string]any\n\tc.BindJSON(&bound)\n\traw, err := json.Marshal(bound)\n",
            "written anew",
        ),
        "hard-coded": ("[]byte(ctl.ClientSecret)", '[]byte("not-a-secret")', "stands in the code"),
    },
)  # fmt: skip

ECHO = Sample(
    {
        "cmd/api/main.go": """
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

func signedByIntercom(secret []byte) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			scheme, signature, found := strings.Cut(c.Request().Header.Get("X-Hub-Signature"), "=")
			if !found || scheme != "sha1" {
				return echo.NewHTTPError(http.StatusUnauthorized, "missing signature")
			}
			body, err := io.ReadAll(c.Request().Body)
			if err != nil {
				return err
			}
			c.Request().Body = io.NopCloser(bytes.NewBuffer(body))
			mac := hmac.New(sha1.New, secret)
			mac.Write(body)
			expected := hex.EncodeToString(mac.Sum(nil))
			if subtle.ConstantTimeCompare([]byte(signature), []byte(expected)) == 0 {
				return c.JSON(http.StatusUnauthorized, map[string]string{"error": "bad signature"})
			}
			return next(c)
		}
	}
}

func webhook(c echo.Context) error {
	var payload map[string]interface{}
	if err := c.Bind(&payload); err != nil {
		return echo.ErrBadRequest
	}
	if err := dispatch(payload); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

func dispatch(payload map[string]interface{}) error {
	return publish("intercom", payload)
}

func main() {
	e := echo.New()
	e.Use(middleware.Logger())
	secret := os.Getenv("INTERCOM_CLIENT_SECRET")
	if secret == "" {
		e.Logger.Fatal("INTERCOM_CLIENT_SECRET is not set")
	}
	g := e.Group("/hooks")
	g.POST("/intercom", webhook, signedByIntercom([]byte(secret)))
	e.Logger.Fatal(e.Start(":8080"))
}
""",
    },
    {
        "unused": (", signedByIntercom([]byte(secret)))", ")", "never checks"),
        "plain": (
            "subtle.ConstantTimeCompare([]byte(signature), []byte(expected)) == 0",
            "signature != expected",
            "constant time",
        ),
        "dropped": (
            'return c.JSON(http.StatusUnauthorized, map[string]string{"error": "bad signature"})',
            'c.Logger().Warn("bad signature")',
            "wrong signature is acted on",
        ),
        "missing": (
            'return echo.NewHTTPError(http.StatusUnauthorized, "missing signature")',
            "return next(c)",
            "without a signature is acted on",
        ),
        "inverted": ("== 0 {\n\t\t\t\treturn c.JSON", "== 1 {\n\t\t\t\treturn c.JSON", "inverted"),
    },
)  # fmt: skip

FIBER = Sample(
    {
        "internal/http/intercom.go": """
package http

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"

	"github.com/gofiber/fiber/v2"
)

type Deps struct {
	IntercomSecret string
	Queue          Queue
}

func Mount(app *fiber.App, deps Deps) {
	hooks := app.Group("/hooks", deps.onlyIntercom)
	hooks.Post("/intercom", deps.receive)
}

func (d Deps) onlyIntercom(c *fiber.Ctx) error {
	mac := hmac.New(sha1.New, []byte(d.IntercomSecret))
	if _, err := mac.Write(c.Body()); err != nil {
		return fiber.ErrInternalServerError
	}
	want := "sha1=" + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(c.Get("X-Hub-Signature")), []byte(want)) {
		return c.SendStatus(fiber.StatusUnauthorized)
	}
	return c.Next()
}

func (d Deps) receive(c *fiber.Ctx) error {
	var event map[string]any
	if err := c.BodyParser(&event); err != nil {
		return fiber.NewError(fiber.StatusBadRequest, err.Error())
	}
	d.Queue.Push(event)
	return c.SendStatus(fiber.StatusOK)
}
""",
    },
    {
        "unused": (', deps.onlyIntercom)', ")", "never checks"),
        "next": ("return c.SendStatus(fiber.StatusUnauthorized)", "return c.Next()",
                 "wrong signature is acted on"),
        "plain": (
            '!hmac.Equal([]byte(c.Get("X-Hub-Signature")), []byte(want))',
            'c.Get("X-Hub-Signature") != want',
            "constant time",
        ),
        "sha256": ('"crypto/sha1"', 'sha1 "crypto/sha256"', "HMAC-SHA256"),
    },
)  # fmt: skip

SAMPLES = {
    "go-gin": GIN,
    "go-gin-inline": GIN_INLINE,
    "go-echo": ECHO,
    "go-fiber": FIBER,
}
