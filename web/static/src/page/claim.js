// The editor of a claim's value: names are offered while one is typed. Tab takes the first, arrows and
// Enter another, Escape closes. Without this script they stand in the list below the field.
const box = document.createElement("ul");
box.className = "menu";
box.id = "claim-offers";
box.setAttribute("role", "listbox");
box.setAttribute("aria-label", "Names");
box.popover = "manual";

const most = 8;
let field, at = 0;

const close = () => {
	if (box.isConnected && box.matches(":popover-open")) box.hidePopover();
	for (const name of ["aria-activedescendant", "aria-controls"]) field?.removeAttribute(name);
};

const open = () => box.isConnected && box.matches(":popover-open");

// typed is the name before the caret: letters, digits and dots.
const typed = () => field.value.slice(0, field.selectionStart).match(/[A-Za-z_][\w.]*$/)?.[0] ?? "";

const mark = (n) => {
	at = (n + box.children.length) % box.children.length;
	[...box.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
	field.setAttribute("aria-activedescendant", box.children[at].id);
};

const take = (li) => {
	const word = typed(), end = field.selectionStart;
	field.setRangeText(li.dataset.word, end - word.length, end, "end");
	close();
	field.focus();
	field.dispatchEvent(new Event("input", { bubbles: true }));
	close();
};

const offer = () => {
	const word = typed().toLowerCase();
	const names = [...document.querySelectorAll(`#${field.dataset.words} dt`)].map((dt) => [dt.innerText || dt.textContent, dt.nextElementSibling.textContent]);
	const fits = word.length < 2 ? [] : names.filter(([name]) => name.toLowerCase().startsWith(word) && name.toLowerCase() !== word)
		.concat(names.filter(([name]) => !name.toLowerCase().startsWith(word) && name.toLowerCase().includes(word))).slice(0, most);
	if (!fits.length) return close();
	box.replaceChildren(...fits.map(([name, note], i) => {
		const li = document.createElement("li"), code = document.createElement("code"), small = document.createElement("small");
		[code.textContent, small.textContent, li.id, li.className, li.dataset.word] = [name.trim(), note.trim(), `claim-offer-${i}`, "menu-item", name.trim()];
		li.setAttribute("role", "option");
		li.append(code, small);
		li.addEventListener("mousedown", (e) => { e.preventDefault(); take(li); });
		return li;
	}));
	if (!box.isConnected || box.previousElementSibling !== field) field.after(box);
	if (!open()) box.showPopover({ source: field });
	field.setAttribute("aria-controls", box.id);
	mark(0);
};

document.addEventListener("input", (e) => {
	if (!e.target.matches?.("textarea[data-words]")) return;
	if (field !== e.target) {
		field = e.target;
		field.setAttribute("aria-autocomplete", "list");
	}
	offer();
});
document.addEventListener("keydown", (e) => {
	if (e.target !== field || !open()) return;
	const act = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Tab: () => take(box.children[at]), Enter: () => take(box.children[at]), Escape: close }[e.key];
	if (!act || e.shiftKey) return;
	e.preventDefault();
	e.stopPropagation();
	act();
});
document.addEventListener("focusout", (e) => { if (e.target === field) close(); });
