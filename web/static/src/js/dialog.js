// data-dialog="id" opens a native dialog, data-close-dialog closes the one around it.
// A dialog that arrives with data-open shows itself, in front of the page also where it
// came open for those without script; one whose form was accepted is closed by the answer
// that replaces it.
function openNew(root) {
	for (const d of root.querySelectorAll("dialog[data-open]")) {
		delete d.dataset.open;
		d.open = false;
		d.showModal();
	}
}

document.addEventListener("click", (e) => {
	const opener = e.target.closest("[data-dialog]");
	if (opener) {
		e.preventDefault();
		opener.closest("[popover]")?.hidePopover();
		document.getElementById(opener.dataset.dialog)?.showModal();
	}
	if (e.target.closest("[data-close-dialog]")) e.target.closest("dialog")?.close();
});
document.addEventListener("htmx:after:swap", (e) => {
	// An answer closes the dialog that asked for it, and with it what hides the message;
	// only a refused form stays open, where the answer is the form again.
	const { sourceElement, request, response, hx } = e.detail.ctx;
	if (response?.status !== 422 || hx?.retarget) sourceElement?.closest?.("dialog[open]")?.close();
	// What was ready to be sent is sent: the note that said so may stand outside of the answer.
	if (request?.method === "POST" && response?.status < 400) document.querySelector("[data-ready]")?.remove();
	openNew(document);
});
openNew(document);

// A menu entry that acts closes its menu; arrow keys walk through it.
document.addEventListener("click", (e) => {
	const item = e.target.closest(".menu-item");
	if (item && !item.matches("[data-theme-set]")) item.closest("[popover]")?.hidePopover();
});
document.addEventListener("keydown", (e) => {
	const menu = e.target.closest?.(".menu");
	if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(e.key)) return;
	const items = [...menu.querySelectorAll(".menu-item")];
	const at = items.indexOf(document.activeElement);
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
	e.preventDefault();
	items[(to + items.length) % items.length]?.focus();
});
document.addEventListener("toggle", (e) => {
	if (e.newState === "open" && e.target.matches?.(".menu")) e.target.querySelector(".menu-item")?.focus();
}, true);
