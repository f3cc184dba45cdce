// The order of policies and rules: drag by the grip, or Alt + arrows. Both press the
// buttons of the row, so that every way is the same form.
document.documentElement.classList.add("scripted");

const rowOf = (el) => el.closest?.(".ordered-row");
const button = (row, way) => row.querySelector(`.ordered-move [id^="${way}-"]`);

document.addEventListener("keydown", (e) => {
	if (!e.altKey || !["ArrowUp", "ArrowDown"].includes(e.key)) return;
	const row = rowOf(e.target);
	if (!row) return;
	e.preventDefault();
	button(row, e.key === "ArrowUp" ? "up" : "down")?.click();
});

// While a row is held, it goes before or behind the row under the pointer, as far as
// rows that can be moved reach.
let held = null;

document.addEventListener("pointerdown", (e) => {
	const grip = e.target.closest?.(".grip");
	const row = grip && rowOf(grip);
	if (!row?.querySelector(".ordered-move") || e.button !== 0) return;
	e.preventDefault();
	held = { row, list: row.parentElement, from: [...row.parentElement.children], grip, id: e.pointerId };
	grip.setPointerCapture(e.pointerId);
	row.classList.add("held");
});

document.addEventListener("pointermove", (e) => {
	if (!held || e.pointerId !== held.id) return;
	const over = [...held.list.children].find((r) => {
		const box = r.getBoundingClientRect();
		return r !== held.row && r.querySelector(".ordered-move") && e.clientY > box.top && e.clientY < box.bottom;
	});
	if (!over) return;
	const box = over.getBoundingClientRect();
	const behind = over.compareDocumentPosition(held.row) & Node.DOCUMENT_POSITION_PRECEDING;
	// Half of the row has to be passed, so that rows of different heights do not flicker.
	if (behind && e.clientY > box.top + box.height / 2) over.after(held.row);
	else if (!behind && e.clientY < box.top + box.height / 2) over.before(held.row);
});

function put(back) {
	const { row, list, from } = held;
	held = null;
	row.classList.remove("held");
	const to = [...list.children].indexOf(row);
	if (back || to === from.indexOf(row)) {
		list.replaceChildren(...from);
		return;
	}
	const send = button(row, "up") ?? button(row, "down");
	send.value = String(to + 1);
	send.click();
}

document.addEventListener("pointerup", (e) => held?.id === e.pointerId && put(false));
document.addEventListener("pointercancel", (e) => held?.id === e.pointerId && put(true));
document.addEventListener("keydown", (e) => held && e.key === "Escape" && put(true));

// data-when="field=A|B" shows a part only while the field has one of these values. What is
// hidden is sent all the same: the server reads what counts.
function showParts() {
	for (const part of document.querySelectorAll("[data-when]")) {
		// What the org or the console says is wrong stays in sight, chosen or not.
		part.hidden = !part.querySelector(".field-error") && !part.dataset.when.split("&").every((one) => {
			const [name, values] = one.split("=");
			const form = part.closest("form");
			const field = form.querySelector(`[name="${name}"]:checked`) ?? form.querySelector(`select[name="${name}"]`);
			return values.split("|").includes(field?.value ?? "");
		});
	}
}
document.addEventListener("change", showParts);
document.addEventListener("htmx:after:swap", showParts);
showParts();
