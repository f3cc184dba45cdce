// Package config reads the settings of a run: flags win, then the environment, then a
// file of NAME=value lines. It keeps them in one struct, checks them in one table, and
// has no globals.
package config
