package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// alive answers while the process serves.
func (h *console) alive(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// ready answers 503 while the console cannot serve, without saying why to strangers.
func (h *console) ready(c *gin.Context) {
	if err := h.config.Ready(c.Request.Context()); err != nil {
		h.config.Log.WarnContext(c.Request.Context(), "not ready", "error", err)
		c.String(http.StatusServiceUnavailable, "not ready\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}
