package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/web/templates/ui"
)

// flashLife is how long messages wait for the page that a redirect leads to, in seconds.
const flashLife = 60

// flashCookie carries toasts over a redirect. On https its prefix lets only this host set it.
func (h *console) flashCookie() string {
	if h.base.Scheme == "https" {
		return "__Host-flash"
	}
	return "flash_" + h.base.Port()
}

func (h *console) keepMessages(c *gin.Context, ms []ui.Message) {
	if len(ms) == 0 {
		return
	}
	b, err := json.Marshal(ms)
	if err != nil {
		panic("handlers: messages always encode: " + err.Error())
	}
	h.setFlash(c, base64.RawURLEncoding.EncodeToString(b), flashLife)
}

// takeMessages returns what keepMessages left, once. What cannot be read is dropped: it
// is not ours.
func (h *console) takeMessages(c *gin.Context) []ui.Message {
	k, err := c.Request.Cookie(h.flashCookie())
	if err != nil {
		return nil
	}
	h.setFlash(c, "", -1)
	b, err := base64.RawURLEncoding.DecodeString(k.Value)
	if err != nil {
		return nil
	}
	var ms []ui.Message
	if json.Unmarshal(b, &ms) != nil {
		return nil
	}
	for i := range ms {
		// On plain http another server of this host can set the cookie: its words may be
		// shown, its links may not lead away.
		if auth.LocalPath(ms[i].Link) != ms[i].Link {
			ms[i].Link = ""
		}
	}
	return ms
}

func (h *console) setFlash(c *gin.Context, value string, life int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: h.flashCookie(), Value: value, Path: "/", MaxAge: life,
		HttpOnly: true, Secure: h.base.Scheme == "https", SameSite: http.SameSiteStrictMode,
	})
}
