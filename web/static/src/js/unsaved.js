// A form with data-unsaved warns before the page is left with changes in it.
const changed = new Set();

document.addEventListener("input", (e) => {
	const form = e.target.closest("form[data-unsaved]");
	if (form) changed.add(form);
});
document.addEventListener("submit", (e) => changed.delete(e.target));
document.addEventListener("reset", (e) => changed.delete(e.target));
addEventListener("beforeunload", (e) => {
	for (const form of changed) {
		if (form.isConnected) return e.preventDefault();
	}
});
