package okta

import (
	"context"
	"errors"
	"time"
)

// readBackWithin bounds the reading after a change whose answer was lost.
const readBackWithin = 10 * time.Second

// readBack asks what became of a change whose answer was lost. Where the org shows it as
// made the call has succeeded after all; otherwise it stays unknown: it may still be
// under way there. It is never repeated.
func (c *Client) readBack(ctx context.Context, call Call, resp *Response, lost error) error {
	if call.Made == nil || !errors.Is(lost, ErrUnknownOutcome) {
		return lost
	}
	// Who asked may be gone; the trail still wants to know.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readBackWithin)
	defer cancel()
	doc, made, err := call.Made(ctx)
	if err != nil || !made {
		return lost
	}
	*resp = Response{RequestID: resp.RequestID, Attempts: resp.Attempts, ReadBack: true}
	if !doc.IsZero() {
		resp.Body = doc.Bytes()
	}
	return nil
}
