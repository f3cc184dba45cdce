package okta

// captchaOperations are the operations of the area CAPTCHA.
var captchaOperations = []Operation{
	{ID: "listCaptchaInstances", Area: "CAPTCHA", Method: "GET", Path: "/api/v1/captchas", Scope: "okta.captchas.read"},
	{ID: "createCaptchaInstance", Area: "CAPTCHA", Method: "POST", Path: "/api/v1/captchas", Scope: "okta.captchas.manage"},
	{ID: "deleteCaptchaInstance", Area: "CAPTCHA", Method: "DELETE", Path: "/api/v1/captchas/{captchaId}", Scope: "okta.captchas.manage"},
	{ID: "getCaptchaInstance", Area: "CAPTCHA", Method: "GET", Path: "/api/v1/captchas/{captchaId}", Scope: "okta.captchas.read"},
	{ID: "updateCaptchaInstance", Area: "CAPTCHA", Method: "POST", Path: "/api/v1/captchas/{captchaId}", Scope: "okta.captchas.manage"},
	{ID: "replaceCaptchaInstance", Area: "CAPTCHA", Method: "PUT", Path: "/api/v1/captchas/{captchaId}", Scope: "okta.captchas.manage"},
}
