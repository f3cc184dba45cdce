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
// Where the focus was when the request began: a button that is disabled meanwhile loses it.
const began = new WeakMap();

document.addEventListener("htmx:config:request", (e) => {
	const el = document.activeElement;
	if (el && el !== document.body) began.set(e.detail.ctx, { el, row: el.closest("tr.more")?.previousElementSibling });
});

// htmx keeps the focus of elements with an id. For the others: a field that was refused,
// what is marked as news with data-focus, the first new row after "Load more", else the first stop in what was swapped in.
document.addEventListener("htmx:after:swap", (e) => {
	const was = began.get(e.detail.ctx);
	if (!was || document.activeElement !== document.body) return;
	if (was.el.isConnected) return was.el.focus({ preventScroll: true });
	const target = e.detail.ctx.target;
	const place = target instanceof Element && target.isConnected ? target : document.getElementById("content");
	const part = (was.el.closest("#tab") && place.querySelector("#tab")) || place; // who worked in a tab goes on there
	const next = place.querySelector("[aria-invalid=true]") ?? place.querySelector("[data-focus]") ?? was.row?.nextElementSibling?.querySelector(focusable)
		?? part.querySelector(focusable) ?? part;
	if (!next.matches(focusable)) next.tabIndex = -1;
	next.focus({ preventScroll: !next.matches("[aria-invalid]") });
});

// Tabs: the strip is outside of what is swapped, so the mark moves here. A strip that
// is wider than the window shows the tab that is open.
function markTab() {
	for (const tab of document.querySelectorAll(".tab[href]")) {
		if (new URL(tab.href).pathname !== location.pathname) {
			tab.removeAttribute("aria-current");
			continue;
		}
		tab.setAttribute("aria-current", "page");
		tab.scrollIntoView({ inline: "nearest", block: "nearest" });
	}
}
document.addEventListener("htmx:after:swap", markTab);
document.querySelector(".tab[aria-current=page]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
