package org

import (
	"strings"

	"gatehouse/internal/policy"
)

// platforms are told by a mark of the user agent, the first that is in it.
var platforms = []struct{ mark, kind, system string }{
	{"Windows", "DESKTOP", "WINDOWS"},
	{"Android", "MOBILE", "ANDROID"},
	{"iPhone", "MOBILE", "IOS"},
	{"iPad", "MOBILE", "IOS"},
	{"CrOS", "DESKTOP", "CHROMEOS"},
	{"Macintosh", "DESKTOP", "OSX"},
	{"X11", "DESKTOP", "OTHER"},
}

// deviceOf is what a user agent tells of the device, nil for nothing.
func deviceOf(userAgent string) *policy.Device {
	for _, p := range platforms {
		if strings.Contains(userAgent, p.mark) {
			return &policy.Device{Platform: p.kind, OS: p.system}
		}
	}
	return nil
}
