package org

// The words the seed company is made of. Names from many places, so that accents,
// short and long names are met in every list.
var seedFirstNames = []string{
	"Ana", "Ben", "Chen", "Dina", "Emil", "Fatou", "Goran", "Hana", "Ines", "Jonas", "Kavya", "Liam", "Mona", "Nils", "Olga",
	"Pedro", "Quynh", "Rosa", "Samir", "Tara", "Umar", "Vera", "Wanda", "Ximena", "Yusuf", "Zoë", "Amara", "Björn", "Carmen",
	"Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ivana", "Jack", "Keiko", "Lars", "Maya", "Noah", "Oscar", "Priya", "Rania",
	"Søren", "Tomás", "Ulla", "Viktor", "Wei", "Yara", "Zoran",
}

var seedLastNames = []string{
	"Ferreira", "Okafor", "Wei", "Haddad", "Novak", "Diop", "Petrović", "Sato", "Moreau", "Lindqvist", "Rao", "Byrne", "El-Sayed",
	"Berg", "Ivanova", "García", "Nguyen", "Rossi", "Khan", "Murphy", "Adeyemi", "Schmidt", "Kowalska", "Hernández", "Yılmaz",
	"Andersson", "Mensah", "Jóhannsson", "Castillo", "Volkov", "Demir", "Rahimi", "Weber", "Laurent", "Horvat", "Smith", "Tanaka",
	"Nielsen", "Patel", "Cohen", "Silva", "Menon", "Aziz", "Kjær", "Ortega", "Virtanen", "Popescu", "Zhang", "Mansour", "Kovač",
}

type seedCity struct{ name, country, zone string }

var seedCities = []seedCity{
	{"Lisbon", "PT", "Europe/Lisbon"},
	{"Lagos", "NG", "Africa/Lagos"},
	{"Taipei", "TW", "Asia/Taipei"},
	{"Amman", "JO", "Asia/Amman"},
	{"Prague", "CZ", "Europe/Prague"},
	{"Dakar", "SN", "Africa/Dakar"},
	{"Belgrade", "RS", "Europe/Belgrade"},
	{"Osaka", "JP", "Asia/Tokyo"},
	{"Lyon", "FR", "Europe/Paris"},
	{"Malmö", "SE", "Europe/Stockholm"},
	{"Pune", "IN", "Asia/Kolkata"},
	{"Cork", "IE", "Europe/Dublin"},
}

type seedDepartment struct {
	name   string
	titles []string
}

var seedDepartments = []seedDepartment{
	{"Sales", []string{"Account executive", "Sales engineer", "Account manager", "Sales lead"}},
	{"Support", []string{"Support engineer", "Support specialist", "Support lead"}},
	{"Engineering", []string{"Software engineer", "Site reliability engineer", "Engineering manager", "Data engineer"}},
	{"Finance", []string{"Accountant", "Controller", "Financial analyst"}},
	{"Legal", []string{"Counsel", "Paralegal"}},
	{"Marketing", []string{"Content editor", "Campaign manager", "Designer"}},
	{"Operations", []string{"Operations analyst", "Logistics planner", "Buyer"}},
	{"People", []string{"Recruiter", "People partner"}},
	{"Security", []string{"Security engineer", "Security analyst"}},
	{"Product", []string{"Product manager", "Researcher"}},
	{"IT", []string{"Systems administrator", "Helpdesk agent", "Network engineer"}},
	{"Facilities", []string{"Office manager", "Technician"}},
}

// seedGroups are the groups of the company beside those of departments and cities.
var seedGroups = []struct{ name, description string }{
	{"All employees", "Everybody with an employment contract"},
	{"Contractors", "People who work here on a contract of another company"},
	{"Managers", "People who lead a team"},
	{"New joiners", "People in their first 90 days"},
	{"Field teams", "Sales and support staff who travel"},
	{"On call", "Engineers on the rota"},
	{"Production access", "May reach production systems"},
	{"Staging access", "May reach staging systems"},
	{"VPN users", "May connect from outside the offices"},
	{"Wi-Fi guests sponsors", "May invite guests to the office network"},
	{"Badge printers", "May print access badges"},
	{"Expense approvers", "May approve expense reports"},
	{"Purchase approvers", "May approve purchases above 5,000"},
	{"Payroll", "Works with salaries"},
	{"Works council", "Elected representatives"},
	{"First aiders", "Trained in first aid"},
	{"Fire wardens", "Lead people out of the building"},
	{"Data stewards", "Answer for a data set"},
	{"Architecture board", "Reviews designs"},
	{"Release managers", "May ship a release"},
	{"Code owners", "Approve changes to shared code"},
	{"Mobile devices", "Carry a company phone"},
	{"Laptop refresh 2026", "Get a new laptop this year"},
	{"Beta testers", "Try features early"},
	{"Press contacts", "Speak to the press"},
	{"Event staff", "Help at events"},
	{"Mentors", "Guide new joiners"},
	{"Interviewers", "Trained to interview"},
	{"Translators", "Review translations"},
	{"Accessibility guild", "Looks after accessibility"},
	{"Green team", "Looks after our footprint"},
	{"Executives", "Leads the company"},
	{"Board office", "Supports the board"},
	{"Auditors", "May read the books"},
	{"Emergency access", "Break-glass accounts: kept empty"},
}
