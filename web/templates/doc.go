// Package templates is the root of the console's templates, a package an area. It holds
// the rules that all of them keep, as tests.
package templates
