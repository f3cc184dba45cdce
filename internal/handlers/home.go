package handlers

import (
	"github.com/gin-gonic/gin"

	"gatehouse/web/templates/home"
)

// home answers: does anything need me?
func (h *console) home(*gin.Context) (View, error) {
	v := home.View{}
	return Screen{Around: About{Title: "Home", Section: "home"}, Body: home.Page(v), Data: itemOf(v, nil)}, nil
}
