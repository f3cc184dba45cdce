package ui

// kindIcon is the sign beside words of a kind: ok, info, warn, bad, off.
func kindIcon(kind string) string {
	switch kind {
	case "ok":
		return "circle-check"
	case "bad":
		return "alert-circle"
	case "warn":
		return "alert-triangle"
	case "off":
		return "ban"
	}
	return "info-circle"
}

// toastRole interrupts a screen reader for failures only.
func toastRole(kind string) string {
	if kind == "bad" {
		return "alert"
	}
	return "status"
}
