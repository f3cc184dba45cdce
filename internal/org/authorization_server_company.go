package org

// writeSeedServers stores the authorization servers of the seed company beside "default": one of
// an API that people and services use, one of an API for partners.
func writeSeedServers(tx *Tx) error {
	group := func(name string) string { return `"` + tx.org.ids.fixedID(groups.prefix, name) + `"` }
	client := func(label string) string { return `"` + tx.org.ids.fixedID(apps.prefix, label) + `"` }
	for _, s := range []seedServer{
		{
			name: "Orders", description: "The API of orders and invoices.", audience: "https://orders.company.example", mode: "ORG_URL",
			scopes: []scopeInput{
				seedScope("orders:read", "See orders", "See orders and their state.", "IMPLICIT", true),
				seedScope("orders:write", "Change orders", "Place, change and cancel orders.", "REQUIRED", false),
				seedScope("invoices:read", "See invoices", "See invoices and payments.", "IMPLICIT", false),
			},
			claims: []claimInput{
				seedClaim("department", claimResource, valueExpression, "user.department", ""),
				seedClaim("region", claimResource, valueExpression, `user.countryCode == null ? "none" : String.toLowerCase(user.countryCode)`, "", "orders:read", "orders:write"),
				seedClaim("groups", claimResource, valueGroups, "Sales", "STARTS_WITH", "orders:write"),
				seedClaim("employee", claimIdentity, valueExpression, "user.employeeNumber", "", "profile"),
			},
			policies: []seedServerPolicy{
				{"Services", "Services read, and hold a token for an hour.", `[` + client("Reporting robot") + `,"demo-service"]`, []seedServerRule{{
					"Read only", `{"conditions":{"grantTypes":{"include":["client_credentials"]},"scopes":{"include":["orders:read","invoices:read"]}}}`,
				}}},
				{"People", "Sales and finance work with orders; everybody else reads them.", `["ALL_CLIENTS"]`, []seedServerRule{
					{
						"Sales and finance", `{"conditions":{"people":{"groups":{"include":[` + group("Sales") + `,` + group("Finance") + `]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]}},
						"actions":{"token":{"accessTokenLifetimeMinutes":30,"refreshTokenLifetimeMinutes":43200,"refreshTokenWindowMinutes":1440}}}`,
					},
					{
						"Everybody else", `{"conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["openid","profile","email","orders:read"]}},
						"actions":{"token":{"accessTokenLifetimeMinutes":15}}}`,
					},
				}},
			},
		},
		{
			name: "Partners", description: "What partners may ask of the company.", audience: "https://partners.company.example", mode: "ORG_URL",
			scopes: []scopeInput{
				seedScope("stock:read", "See the stock", "See what is in stock.", "IMPLICIT", true),
				seedScope("deliveries:read", "See deliveries", "See deliveries and where they are.", "IMPLICIT", false),
			},
			claims: []claimInput{
				seedClaim("login", claimResource, valueExpression, "appuser.userName", ""),
				seedClaim("company", claimResource, valueExpression, `String.substringAfter(user.email, "@")`, "", "deliveries:read"),
			},
			policies: []seedServerPolicy{{"Contractors", "People of other companies, for a short time.", `["ALL_CLIENTS"]`, []seedServerRule{{
				"Contractors", `{"conditions":{"people":{"groups":{"include":[` + group("Contractors") + `]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]}},
				"actions":{"token":{"accessTokenLifetimeMinutes":5,"refreshTokenLifetimeMinutes":480,"refreshTokenWindowMinutes":60}}}`,
			}}}},
		},
	} {
		if err := s.write(tx); err != nil {
			return err
		}
	}
	return nil
}

func seedScope(name, shown, description, consent string, isDefault bool) scopeInput {
	return scopeInput{Name: name, DisplayName: shown, Description: description, Consent: consent, MetadataPublish: "ALL_CLIENTS", Default: isDefault}
}

func seedClaim(name, token, kind, value, filter string, scopes ...string) claimInput {
	c := claimInput{Name: name, Status: active, ClaimType: token, ValueType: kind, Value: value, GroupFilter: filter}
	c.Conditions.Scopes = scopes
	return c
}
