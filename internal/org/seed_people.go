package org

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// seedDomain is the domain of every seeded login.
const seedDomain = "company.example"

// seedPerson is one person of the seed company before it becomes a document.
type seedPerson struct {
	id, status string
	profile    seedProfile
	groups     []string
	created    time.Time
	updated    time.Time
	lastLogin  time.Time
}

// seedProfile is a seeded profile, in the order of the document.
type seedProfile struct {
	FirstName      string   `json:"firstName"`
	LastName       string   `json:"lastName"`
	MobilePhone    *string  `json:"mobilePhone"`
	SecondEmail    *string  `json:"secondEmail"`
	Login          string   `json:"login"`
	Email          string   `json:"email"`
	DisplayName    string   `json:"displayName,omitempty"`
	Title          string   `json:"title,omitempty"`
	Department     string   `json:"department,omitempty"`
	City           string   `json:"city,omitempty"`
	CountryCode    string   `json:"countryCode,omitempty"`
	Timezone       string   `json:"timezone,omitempty"`
	EmployeeNumber string   `json:"employeeNumber,omitempty"`
	CostCenter     string   `json:"costCenter,omitempty"`
	UserType       string   `json:"userType,omitempty"`
	Badge          string   `json:"badge,omitempty"`
	Contractor     *bool    `json:"contractor,omitempty"`
	Languages      []string `json:"languages,omitempty"`
}

// seedStates are the people who are not ACTIVE: a few of each state, so that every
// state can be seen and tried. They come behind the first 200 people.
var seedStates = map[int]string{
	201: "LOCKED_OUT", 214: "LOCKED_OUT", 229: "LOCKED_OUT",
	203: "SUSPENDED", 216: "SUSPENDED", 231: "SUSPENDED", 247: "SUSPENDED",
	205: "STAGED", 218: "STAGED", 233: "STAGED",
	207: "PROVISIONED", 220: "PROVISIONED", 235: "PROVISIONED",
	209: "PASSWORD_EXPIRED", 222: "PASSWORD_EXPIRED", 237: "PASSWORD_EXPIRED",
	211: "RECOVERY", 224: "RECOVERY",
	213: "DEPROVISIONED", 226: "DEPROVISIONED", 239: "DEPROVISIONED", 243: "DEPROVISIONED",
}

// seedPeople makes person n of the company, the same at every start but for its
// times, which are relative to now.
type seedPeople struct {
	ids *idSource
	now time.Time
}

func (s seedPeople) person(n int) seedPerson {
	r := rand.New(rand.NewPCG(0x6a7e, uint64(n)))
	first, last := seedFirstNames[n%len(seedFirstNames)], seedLastNames[(n/len(seedFirstNames)+n*7)%len(seedLastNames)]
	login := asciiName(first) + "." + asciiName(last)
	if n >= len(seedFirstNames) {
		login += fmt.Sprint(n)
	}
	login += "@" + seedDomain
	dept := seedDepartments[r.IntN(len(seedDepartments))]
	city := seedCities[r.IntN(len(seedCities))]
	contractor := r.IntN(9) == 0
	phone := fmt.Sprintf("+1 555 01%02d %04d", n%100, n%10000)
	p := seedPerson{id: s.ids.fixedID("00u", login), status: "ACTIVE"}
	if st := seedStates[n]; st != "" {
		p.status = st
	}
	p.profile = seedProfile{
		FirstName: first, LastName: last, MobilePhone: &phone, Login: login, Email: login, DisplayName: first + " " + last,
		Title: dept.titles[r.IntN(len(dept.titles))], Department: dept.name, City: city.name, CountryCode: city.country, Timezone: city.zone,
		EmployeeNumber: fmt.Sprintf("E%06d", 100000+n), CostCenter: fmt.Sprintf("%s-%d", city.country, 4000+r.IntN(60)*10),
		UserType: "Employee", Badge: fmt.Sprintf("B-%05d", n), Contractor: &contractor, Languages: seedLanguages(city.country, r),
	}
	p.groups = []string{dept.name, city.name + " office"}
	if contractor {
		p.profile.UserType = "Contractor"
		p.groups = append(p.groups, "Contractors")
	} else {
		p.groups = append(p.groups, "All employees")
	}
	for range r.IntN(4) {
		if g := seedGroups[2+r.IntN(len(seedGroups)-3)].name; !contains(p.groups, g) {
			p.groups = append(p.groups, g)
		}
	}
	p.created = second(s.now.Add(-time.Duration(400+n%900) * 24 * time.Hour).Add(time.Duration(r.IntN(86400)) * time.Second))
	p.updated = second(p.created.Add(time.Duration(r.Int64N(int64(s.now.Sub(p.created))))))
	if p.status != "ACTIVE" {
		p.updated = second(s.now.Add(-time.Duration(n%50+2) * 9 * time.Minute)) // what needs somebody is recent
	}
	if p.status == "ACTIVE" || p.status == "LOCKED_OUT" {
		p.lastLogin = second(s.now.Add(-time.Duration(30*24+r.IntN(60*24)) * time.Hour)) // before the month that the log tells of
	}
	return p
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func seedLanguages(country string, r *rand.Rand) []string {
	own := map[string]string{"PT": "pt", "TW": "zh", "JO": "ar", "CZ": "cs", "SN": "fr", "RS": "sr", "JP": "ja", "FR": "fr", "SE": "sv", "IN": "hi"}[country]
	langs := []string{"en"}
	if own != "" {
		langs = append(langs, own)
	}
	if r.IntN(4) == 0 && own != "fr" {
		langs = append(langs, "fr")
	}
	return langs
}

// withoutAccents writes the letters of the seed's names as logins have them.
var withoutAccents = strings.NewReplacer("ë", "e", "ö", "o", "ø", "o", "á", "a", "ć", "c", "č", "c", "í", "i", "ı", "i", "ó", "o", "æ", "ae")

// asciiName is a name as a login has it: lower case, without accents.
func asciiName(s string) string { return withoutAccents.Replace(strings.ToLower(s)) }
