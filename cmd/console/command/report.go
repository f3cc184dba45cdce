package command

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// report is the start-up report: one line of JSON with --json, else the same as text.
type report struct {
	Console  string `json:"console,omitempty"`
	Org      string `json:"org,omitempty"`
	APIToken string `json:"apiToken,omitempty"`
	// Outbox is where the org shows the messages that it does not send.
	Outbox string        `json:"outbox,omitempty"`
	Client *reportClient `json:"client,omitempty"`
	// Clients are the seeded demo clients, with what a program needs to use them.
	Clients []reportClient `json:"clients,omitempty"`
	SignIns []reportSignIn `json:"signIns,omitempty"`
}

type reportClient struct {
	ID          string `json:"id"`
	Secret      string `json:"secret,omitempty"`
	RedirectURI string `json:"redirectUri,omitempty"`
	// PrivateKey is a JWK, for a client that signs its authentication.
	PrivateKey json.RawMessage `json:"privateKey,omitempty"`
}

type reportSignIn struct {
	Role       string   `json:"role"`
	Login      string   `json:"login"`
	Password   string   `json:"password"`
	UserID     string   `json:"userId"`
	TOTPSecret string   `json:"totpSecret,omitempty"`
	Groups     []string `json:"groups"`
	Apps       []string `json:"apps"`
}

// write prints the report.
func (r report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, value)
		}
	}
	line("Console", r.Console)
	line("Org", r.Org)
	line("Outbox", r.Outbox)
	line("API token", r.APIToken)
	if r.Client != nil {
		line("Client id", r.Client.ID)
		line("Client secret", r.Client.Secret)
		line("Redirect URI", r.Client.RedirectURI)
	}
	for _, c := range r.Clients {
		line("Client "+c.ID, c.Secret)
	}
	if len(r.SignIns) > 0 {
		fmt.Fprintf(t, "\nSign in as\tpassword\trole\n")
		for _, s := range r.SignIns {
			role := s.Role
			if s.TOTPSecret != "" {
				role += " (TOTP secret " + s.TOTPSecret + ")"
			}
			for _, g := range s.Groups {
				role += " · group " + g
			}
			for _, a := range s.Apps {
				role += " · app " + a
			}
			fmt.Fprintf(t, "%s\t%s\t%s\n", s.Login, s.Password, role)
		}
	}
	return t.Flush()
}
