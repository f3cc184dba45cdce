package authserver

import (
	"strings"

	"gatehouse/web/templates/ui"
)

// Preview is the tab that shows which tokens a request would be given.
type Preview struct {
	// Path is the tab's address.
	Path string
	// The form: what was asked, and what can be.
	Clients       []ui.Option
	Grants        []ui.Option
	Client, Grant string
	Person        string
	Who           Link
	Scopes        []Box
	// People are those that the name may mean, where it means several.
	People []Link
	// Says stands where there is no result; Unread says what was not looked at.
	Says, Unread string
	Result       *PreviewResult
	Trial        *TrialOffer
}

// PreviewResult is what the request would be given, and why.
type PreviewResult struct {
	// Kind colours Answer; Text goes on.
	Kind, Answer, Text string
	Policy, Rule       Link
	Granted            []string
	Note               string
	Lives              []Fact
	Tokens             []TokenView
	Steps              []ui.Step
}

// Fact is a value with its name.
type Fact struct{ Name, Value string }

// TokenView is the claims of one token: Always are those that each token has.
type TokenView struct {
	Title  string
	Always []ClaimView
	Claims []ClaimView
	// None says why there is no such token.
	None   string
	Folded bool
}

// ClaimView is a claim in a token or left out of it: Value is JSON, From what makes it, Why
// why it is in or out, Reads what it read. Bad: it keeps the tokens from being given.
type ClaimView struct {
	Name, Value, From, Why, Href string
	In, Bad                      bool
	Reads                        []string
}

// Left are the claims that are out of the token.
func (t TokenView) Left() (out []ClaimView) {
	for _, c := range t.Claims {
		if !c.In {
			out = append(out, c)
		}
	}
	return out
}

// In are the claims that are in it.
func (t TokenView) In() (in []ClaimView) {
	for _, c := range t.Claims {
		if c.In {
			in = append(in, c)
		}
	}
	return in
}

// TrialOffer is how the real flow can be run from a preview.
type TrialOffer struct {
	// Action begins it; "" where it cannot be run from here, which Why says.
	Action, Why string
	// State goes along: what is asked.
	State []ui.Hidden
	// Says are sentences of what happens.
	Says []string
	// Add registers the redirect URI with the app, Remove takes it out again; "" where neither can be.
	Add, Remove, URI, App string
	// Command is the same from a shell; "" where there is none.
	Command, CommandNote string
}

func joined(words []string) string { return strings.Join(words, " ") }

// Trial is what a real flow gave, next to the preview.
type Trial struct {
	Server    Link   `json:"server"`
	App, Back string `json:"-"`
	// Who the tokens are for.
	Who string `json:"who"`
	// Refused is the error that came instead of tokens.
	Refused    string `json:"refused,omitempty"`
	RefusedWhy string `json:"refusedWhy,omitempty"`
	// Preview says what was expected; Agrees: nothing differs from that.
	Preview string       `json:"preview"`
	Agrees  bool         `json:"agrees"`
	Facts   []Compared   `json:"facts"`
	Tokens  []TriedToken `json:"tokens"`
	// Refresh says what became of a refresh token.
	Refresh string `json:"refresh,omitempty"`
	// Steps are why, by the policies as they are.
	Steps []ui.Step `json:"steps"`
}

// TriedToken is a token that was given. Verified: the key KeyID of the server signed it.
type TriedToken struct {
	Title    string     `json:"title"`
	Raw      string     `json:"-"`
	KeyID    string     `json:"keyId"`
	Verified bool       `json:"verified"`
	Agrees   bool       `json:"agrees"`
	Claims   []Compared `json:"claims"`
}

// Compared is a value by the preview and in the token. AtIssue: it is made with the token.
type Compared struct {
	Name    string `json:"name"`
	Preview string `json:"preview"`
	Real    string `json:"real"`
	Same    bool   `json:"same"`
	AtIssue bool   `json:"atIssue,omitempty"`
}

func commas(words []string) string { return strings.Join(words, ", ") }
