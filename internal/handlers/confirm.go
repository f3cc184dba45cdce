package handlers

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// confirmed tells whether the name or the id was typed, however it is spaced.
func confirmed(c *gin.Context, name, id string) bool {
	plain := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	typed := plain(c.PostForm("confirm"))
	return typed != "" && (typed == plain(name) || typed == id)
}

// notConfirmed refuses what is done only once a name is typed (security 38). failed is what
// did not happen, what the noun of the text, typed each text that would have done.
func notConfirmed(failed, what string, typed ...string) problem {
	return problem{
		Status: http.StatusUnprocessableEntity, Code: "confirm", Title: failed + ": the " + what + " does not match",
		Message: "Type " + strings.Join(typed, " or ") + " to confirm. Nothing was changed.",
	}
}
