package golang

import (
	"testing"
	"time"

	"github.com/okta/okta-sdk-golang/v5/okta"
	"github.com/pquerna/otp/totp"
)

func TestFactorsOfAPerson(t *testing.T) {
	c, ctx := admin(t), t.Context()
	id := create(t, c, person(t, password))
	offered, _, err := c.UserFactorAPI.ListSupportedFactors(ctx, id).Execute()
	check(t, err)
	questions, _, err := c.UserFactorAPI.ListSupportedSecurityQuestions(ctx, id).Execute()
	check(t, err)
	if len(offered) < 4 || len(questions) < 6 {
		t.Errorf("%d factors and %d questions are offered", len(offered), len(questions))
	}

	question, _, err := c.UserFactorAPI.EnrollFactor(ctx, id).Body(model[okta.ListFactors200ResponseInner](t,
		`{"factorType":"question","provider":"OKTA","profile":{"question":%q,"answer":"a long answer"}}`, questions[0].GetQuestion())).Execute()
	check(t, err)
	right, _, err := c.UserFactorAPI.VerifyFactor(ctx, id, question.UserFactorSecurityQuestion.GetId()).Body(map[string]any{"answer": "a long answer"}).Execute()
	check(t, err)
	if right.GetFactorResult() != "SUCCESS" {
		t.Errorf("the right answer: %s", right.GetFactorResult())
	}
	_, a, err := c.UserFactorAPI.VerifyFactor(ctx, id, question.UserFactorSecurityQuestion.GetId()).Body(map[string]any{"answer": "wrong"}).Execute()
	refused(t, a, err, 403, "E0000068")

	app, _, err := c.UserFactorAPI.EnrollFactor(ctx, id).Body(model[okta.ListFactors200ResponseInner](t, `{"factorType":"token:software:totp","provider":"GOOGLE"}`)).Execute()
	check(t, err)
	secret, _ := app.UserFactorTOTP.Embedded["activation"]["sharedSecret"].(string)
	code, err := totp.GenerateCode(secret, time.Now())
	check(t, err)
	_, _, err = c.UserFactorAPI.ActivateFactor(ctx, id, app.UserFactorTOTP.GetId()).Body(map[string]any{"passCode": code}).Execute()
	check(t, err)

	held, _, err := c.UserFactorAPI.ListFactors(ctx, id).Execute()
	check(t, err)
	if len(held) != 2 {
		t.Errorf("%d factors, want 2", len(held))
	}
	_, err = c.UserFactorAPI.UnenrollFactor(ctx, id, app.UserFactorTOTP.GetId()).Execute()
	check(t, err)
	_, err = c.UserAPI.ResetFactors(ctx, id).Execute()
	check(t, err)
	held, _, err = c.UserFactorAPI.ListFactors(ctx, id).Execute()
	check(t, err)
	if len(held) != 0 {
		t.Errorf("%d factors after the reset", len(held))
	}
}
