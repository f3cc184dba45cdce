package oidc

// Compared is how many client secrets were compared so far.
func (p *Provider) Compared() int64 { return p.secrets.runs.Load() }
