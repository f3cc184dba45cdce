// Package zone has the page of a network zone.
package zone
