package auth

import (
	"embed"
	"io/fs"
)

// VersionTable is goose's version table of this package: console.db is shared with others.
const VersionTable = "auth_version"

//go:embed migrations
var migrations embed.FS

// Migrations holds the schema of this package's tables, a folder per dialect, as db.Options wants it.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic("auth: the migrations are not embedded: " + err.Error())
	}
	return sub
}
