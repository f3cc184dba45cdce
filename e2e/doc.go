// Package e2e holds the browser journeys: real Chromium against a console and an
// embedded org of their own, started in process by the function that main calls.
package e2e
