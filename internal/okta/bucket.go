package okta

import "strings"

// BucketOf names the rate limit that a request counts against: the org's limits are
// kept per method and path, an exact match before the longest prefix (okta-semantics
// C2). path is without query.
func BucketOf(method, path string) string {
	seg := strings.Split(strings.Trim(path, "/"), "/")
	if len(seg) < 3 {
		return "other"
	}
	switch seg[0] + "/" + seg[1] {
	case "api/v1":
		return managementBucket(method, seg[2:])
	case "oauth2/v1":
		return "/oauth2/v1/" + oauthBucket(seg[2])
	}
	if seg[0] == "oauth2" && len(seg) > 3 && seg[2] == "v1" {
		return "/oauth2/{as}/v1/" + oauthBucket(seg[3])
	}
	return "other"
}

func managementBucket(method string, seg []string) string {
	one := len(seg) == 2 && seg[1] != ""
	switch seg[0] {
	case "apps":
		if one {
			return "/api/v1/apps/{id}"
		}
		return "/api/v1/apps*"
	case "groups":
		if len(seg) == 1 {
			return "/api/v1/groups"
		}
		if one && seg[1] != "rules" {
			return "/api/v1/groups/{id}"
		}
	case "users":
		if len(seg) == 1 {
			return "/api/v1/users"
		}
		if one && method == "GET" {
			return "GET /api/v1/users/{id}"
		}
		if one {
			return "POST, PUT, DELETE /api/v1/users/{id}"
		}
	case "logs":
		return "/api/v1/logs"
	case "authn":
		return "/api/v1/authn"
	}
	return "/api/v1/*"
}

// oauthBucket keeps token, authorize and clients apart from the rest.
func oauthBucket(endpoint string) string {
	switch endpoint {
	case "token", "authorize", "clients":
		return endpoint
	}
	return "*"
}
