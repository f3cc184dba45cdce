package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// readEnrolment reads what a person can enrol: the kinds to choose from, or what the
// form of the kind with this key needs.
func (h *console) readEnrolment(c *gin.Context, ctx context.Context, id, key string) (tabDrawer, error) {
	if k, known := findFactorKind(key); known {
		questions, err := h.readQuestions(ctx, id, k)
		if err != nil {
			return nil, err
		}
		return func(p person) (Screen, error) { return h.enrolScreen(c, p, k, questions, nil, nil), nil }, nil
	}
	catalogue, err := h.objects(ctx, okta.Call{Op: okta.Find("listSupportedFactors"), Args: userArg(id)})
	if err != nil {
		return nil, err
	}
	return func(p person) (Screen, error) {
		v := h.personScreen(c, p, "factors", user.FactorChoice(factorChoice(p, catalogue)))
		v.Data = listOf(noneNil(catalogue), "")
		return v, nil
	}, nil
}

// readQuestions reads the catalogue of security questions where the kind needs it.
func (h *console) readQuestions(ctx context.Context, id string, k factorKind) ([]okta.Object, error) {
	if k.factorType != factorQuestion {
		return nil, nil
	}
	return h.objects(ctx, okta.Call{Op: okta.Find("listSupportedSecurityQuestions"), Args: userArg(id)})
}

// factorChoice sorts the org's catalogue into what can be enrolled here and what cannot.
func factorChoice(p person, catalogue []okta.Object) user.FactorKinds {
	out := user.FactorKinds{Person: "/people/" + p.id(), Name: personName(p.doc)}
	offered := map[string]string{}
	for _, d := range catalogue {
		key := d.Text("factorType") + "/" + d.Text("provider")
		offered[key] = d.Text("status")
		if _, here := findFactorKind(key); !here {
			out.Elsewhere = append(out.Elsewhere, kindOfFactor(d.Text("factorType"), d.Text("provider")).label)
		}
	}
	for _, k := range factorKinds {
		status, is := offered[k.key()]
		if !is || k.says == nil {
			continue
		}
		held := status == "ACTIVE"
		out.Kinds = append(out.Kinds, user.FactorKind{
			Key: k.key(), Label: k.label, Note: k.note, Icon: k.icon, Held: held, Closed: held && !k.several && !k.phone(),
		})
	}
	return out
}

// phone tells whether the kind has a number that another one can take the place of.
func (k factorKind) phone() bool { return k.factorType == factorSMS || k.factorType == factorCall }

// enrolScreen is the form of a kind. typed and fields, where not nil, are what was sent
// and refused, and why.
func (h *console) enrolScreen(c *gin.Context, p person, k factorKind, questions []okta.Object, typed url.Values, fields map[string]string) Screen {
	f := user.FactorForm{
		Person: "/people/" + p.id(), Name: personName(p.doc), Kind: user.FactorKind{Key: k.key(), Label: k.label, Icon: k.icon},
		Says: k.says, Fields: k.fields(p, questions), Reason: typed.Get("reason"),
	}
	if k.phone() {
		f.Says = append(slices.Clone(f.Says), "A number that is enrolled gives way to it.")
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		if typed != nil && field.Name != "answer" && field.Name != "sharedSecret" && field.Name != "passCode" {
			field.Value = typed.Get(field.Name)
		}
		field.Error = fields[field.Name]
		delete(fields, field.Name)
	}
	for _, name := range sortedKeys(fields) {
		f.Problem += fields[name] + " "
	}
	return h.personScreen(c, p, "factors", user.FactorEnrol(f))
}

// enrolFactor enrols a factor. What the org tells once, the key of an app, goes into
// this answer only.
func (h *console) enrolFactor(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	k, known := findFactorKind(c.PostForm("kind"))
	if !known {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "kind", Title: "Choose a kind of factor first", Message: "This one cannot be enrolled here."}
	}
	var questions []okta.Object
	p, err := h.readPerson(ctx, c.Param("id"), func(ctx context.Context) (err error) {
		questions, err = h.readQuestions(ctx, c.Param("id"), k)
		return err
	})
	if err != nil {
		return nil, personError(err)
	}
	missing := map[string]string{}
	for _, f := range k.fields(p, questions) {
		if f.Required && c.PostForm(f.Name) == "" {
			missing[f.Name] = "The field cannot be left blank"
		}
	}
	if len(missing) > 0 && wanted(c.Request) != document {
		return refused(h.enrolScreen(c, p, k, questions, c.Request.PostForm, missing)), nil
	}
	resp, err := h.config.Org.Do(ctx, k.enrolment(p, c))
	if err != nil {
		return h.notEnrolled(c, p, k, questions, err)
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	page := h.factorPage(ctx, p, doc)
	label, name := page.Factor.Label, personName(p.doc)
	page.Once, page.Scan = h.appKey(p, doc)
	switch {
	case page.Factor.Active:
		page.Notes = []ui.Message{{Kind: "ok", Title: label + " is enrolled.", Text: name + " can sign in with it from now on."}}
	case page.Once != nil:
		page.Says = "Scan the code with the app, or type the key there. Then type the code that the app shows."
	case k.proof == sentProof:
		page.Notes = []ui.Message{{Kind: "info", Title: "A code is on its way to " + page.Factor.Detail + ".", Text: "It works for 5 minutes."}}
	}
	c.Header("HX-Push-Url", page.Person+"/factors?factor="+page.Factor.ID)
	return h.factorScreen(c, p, page, doc), nil
}

// notEnrolled shows the form again with what the org did not accept.
func (h *console) notEnrolled(c *gin.Context, p person, k factorKind, questions []okta.Object, err error) (View, error) {
	var refusal *okta.Error
	if !errors.As(err, &refusal) || refusal.Status >= http.StatusInternalServerError || refusal.Status == http.StatusForbidden && refusal.Code == "E0000006" || wanted(c.Request) == document {
		return nil, err
	}
	why := orgProblem(refusal)
	fields := map[string]string{}
	for name, words := range why.Fields {
		fields[name] = words
	}
	switch {
	case refusal.Code == "E0000098":
		fields["phoneNumber"] = "No phone number: 7 to 15 digits, with the country code"
	case refusal.Code == "E0000068":
		fields["passCode"] = why.Message
	case len(fields) == 0:
		fields[""] = why.Title + " " + why.Message
	}
	return refused(h.enrolScreen(c, p, k, questions, c.Request.PostForm, fields)), nil
}

// enrolment is the call that enrols the kind with what the form holds.
func (k factorKind) enrolment(p person, c *gin.Context) okta.Call {
	profile := map[string]string{}
	for _, name := range []string{"phoneNumber", "phoneExtension", "email", "question", "answer", "sharedSecret"} {
		if v := c.PostForm(name); v != "" {
			profile[name] = v
		}
	}
	body := map[string]any{"factorType": k.factorType, "provider": k.provider}
	if len(profile) > 0 {
		body["profile"] = profile
	}
	if id := c.PostForm("factorProfileId"); id != "" {
		body["factorProfileId"] = id
	}
	if k.factorType == factorYubikey {
		body["verify"] = map[string]string{"passCode": c.PostForm("passCode")}
	}
	q := url.Values{}
	if k.proof == sentProof && c.PostForm("activate") == "true" {
		q.Set("activate", "true")
	}
	if k.phone() {
		q.Set("updatePhone", "true")
	}
	return okta.Call{Op: okta.Find("enrollFactor"), Args: userArg(p.id()), Query: q, Body: encoded(body), Reason: reason(c)}
}

// appKey is the key of a new authenticator app: as text, and as an address that its
// camera reads (the key URI format of Google Authenticator). It is nil for other factors.
func (h *console) appKey(p person, doc okta.Object) (*user.Secret, string) {
	key := doc.Text("_embedded", "activation", "sharedSecret")
	if key == "" {
		return nil, ""
	}
	issuer := h.orgName()
	q := url.Values{"secret": {key}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + p.doc.Text("profile", "login"), RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")} // apps do not read + as a space
	return &user.Secret{Label: "Key", Value: key, Note: "For apps that cannot scan."}, uri.String()
}
