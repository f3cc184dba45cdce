// Choices about the look live in cookies, so that the server draws the page right at once.
export function remember(name, value) {
	const age = value ? 31536000 : 0;
	const secure = location.protocol === "https:" ? "; Secure" : "";
	document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
