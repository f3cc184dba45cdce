package handlers

// logEvent is an event of the System Log, as much of it as pages show.
type logEvent struct {
	Published      string   `json:"published"`
	EventType      string   `json:"eventType"`
	DisplayMessage string   `json:"displayMessage"`
	Actor          logParty `json:"actor"`
	Target         []logParty
	Client         struct {
		IPAddress string `json:"ipAddress"`
		Place     struct {
			City string `json:"city"`
		} `json:"geographicalContext"`
	} `json:"client"`
	Outcome struct {
		Result string `json:"result"`
		Reason string `json:"reason"`
	} `json:"outcome"`
}

// logParty is the actor or a target of an event.
type logParty struct {
	ID          string `json:"id"`
	Type        string `json:"type"`
	AlternateID string `json:"alternateId"`
	DisplayName string `json:"displayName"`
}
