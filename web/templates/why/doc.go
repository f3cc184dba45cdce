// Package why holds the page that answers why somebody has something or has it not: a
// membership or an app, with a box that asks about somebody else. The chain is ui.WhyAnswer.
package why
