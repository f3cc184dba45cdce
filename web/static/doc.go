// Package static serves the style sheet, script, icons and font of the console. Sources
// are in src, unmodified upstream files in vendor (with versions and licences), what is
// embedded and served in dist, written by gen. Names carry a hash, so answers may be
// cached for ever; compressed forms are made beforehand.
package static
