// Package home holds the home page.
package home
