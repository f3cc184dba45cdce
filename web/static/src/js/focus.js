// Keyboard focus: "/" goes to the search box, and a swap never loses the place.
document.addEventListener("keydown", (e) => {
	if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey) return;
	if (e.target.closest("input, textarea, select, [contenteditable]")) return;
	const box = document.getElementById("search");
	if (box) {
		e.preventDefault();
		box.focus();
		box.select();
	}
});

const focusable = "a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select, textarea, summary";
let before = null;

document.addEventListener("htmx:before:swap", (e) => {
	const el = document.activeElement;
	const target = e.detail.ctx.target;
	if (!el || el === document.body) return;
	before = { el, row: el.closest("tr.more")?.previousElementSibling ?? null, target: target instanceof Element ? target : null };
});

// htmx keeps the focus of elements with an id. For the others: the first new row after
// "Load more", a field that was refused, else the first stop in what was swapped in.
document.addEventListener("htmx:after:swap", () => {
	const was = before;
	before = null;
	const wrong = document.querySelector("[aria-invalid=true]");
	if (wrong && was && !was.el.isConnected) return wrong.focus();
	if (!was || was.el.isConnected || document.activeElement !== document.body) return;
	const next = was.row?.nextElementSibling?.querySelector(focusable)
		?? (was.target?.isConnected ? was.target.querySelector(focusable) ?? was.target : document.getElementById("content"));
	if (!next) return;
	if (!next.matches(focusable)) next.tabIndex = -1;
	next.focus({ preventScroll: true });
});

// Tabs: the strip is outside of what is swapped, so the mark moves here.
document.addEventListener("htmx:after:swap", () => {
	for (const tab of document.querySelectorAll(".tab[href]")) {
		const here = new URL(tab.href).pathname === location.pathname;
		if (here) tab.setAttribute("aria-current", "page");
		else tab.removeAttribute("aria-current");
	}
});
