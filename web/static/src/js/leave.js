// Chromium keeps a page that was left in memory and shows it on Back without asking
// the server, although it came with no-store: after sign-out too. So a page that is
// left is emptied, and asked for again when somebody comes back to it.
addEventListener("pagehide", (event) => {
	if (event.persisted) document.body.replaceChildren();
});
addEventListener("pageshow", (event) => {
	if (event.persisted) location.reload();
});
