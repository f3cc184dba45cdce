// data-theme-set="light|dark|" on a button chooses; empty follows the system.
// data-nav-toggle folds the side navigation to its icons.
import { remember } from "./cookie.js";

const root = document.documentElement;

function mark() {
	const now = root.dataset.theme || "";
	for (const b of document.querySelectorAll("[data-theme-set]")) {
		b.setAttribute("aria-pressed", String(b.dataset.themeSet === now));
	}
}

document.addEventListener("click", (e) => {
	const choice = e.target.closest("[data-theme-set]");
	if (choice) {
		if (choice.dataset.themeSet) root.dataset.theme = choice.dataset.themeSet;
		else delete root.dataset.theme;
		remember("theme", choice.dataset.themeSet);
		mark();
	}
	const toggle = e.target.closest("[data-nav-toggle]");
	if (toggle) {
		const slim = root.dataset.nav !== "slim";
		if (slim) root.dataset.nav = "slim";
		else delete root.dataset.nav;
		remember("nav", slim ? "slim" : "");
		toggle.setAttribute("aria-expanded", String(!slim));
	}
});
mark();
