// Command gen builds web/static/dist from web/static/src and web/static/vendor: one style
// sheet, one script, one icon sprite, one font, and what src/page holds for the pages of
// one area, each under a name that carries the hash of its content, precompressed, and a
// manifest that maps plain names to hashed ones.
//
//	go run ./web/static/gen          writes dist
//	go run ./web/static/gen -check   fails where dist is not what it would write
//
// It needs only Go: upstream files lie unmodified under vendor. Its output depends on
// nothing but those files and the versions in go.mod.
package main
