// Toasts arrive in #messages, a live region. News go away by themselves; anything that
// needs a decision stays until it is closed.
const region = document.getElementById("messages");

function retire(el) {
	if (el.matches(".toast.ok")) {
		let timer;
		const start = () => { timer = setTimeout(() => el.remove(), 8000); };
		el.addEventListener("pointerenter", () => clearTimeout(timer));
		el.addEventListener("focusin", () => clearTimeout(timer));
		el.addEventListener("pointerleave", start);
		start();
	}
}

if (region) {
	for (const el of region.children) retire(el);
	new MutationObserver((changes) => {
		for (const c of changes) for (const n of c.addedNodes) if (n instanceof Element) retire(n);
	}).observe(region, { childList: true });
}

document.addEventListener("click", (e) => {
	const close = e.target.closest("[data-close-toast]");
	if (!close) return;
	close.closest(".toast").remove();
	document.getElementById("content")?.focus();
});

// toast says something that the server did not: only the network can need that.
export function toast(kind, title, text) {
	const template = document.getElementById("toast-" + kind);
	if (!region || !template) return;
	const el = template.content.firstElementChild.cloneNode(true);
	el.querySelector("b").textContent = title;
	el.querySelector("small").textContent = text;
	region.append(el);
}

document.addEventListener("htmx:error", (e) => {
	const late = e.detail.ctx?.request?.signal?.reason === "timeout";
	toast("bad", late ? "No answer within a minute." : "The console could not be reached.",
		"Whether the change was made is not known. Reload the page to see.");
});
