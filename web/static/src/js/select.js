// data-select boxes choose rows for the bar below their list. Shift selects all between
// two clicks; "all that match" reads page after page as "Load more" does.
const boxes = () => [...document.querySelectorAll("[data-select]")];
const words = () => document.querySelector("[data-selected]");
const most = () => Number(words()?.dataset.most);
let last;

function count(note = "") {
	const all = boxes();
	const on = all.filter((b) => b.checked).length;
	for (const b of all) b.closest("tr").classList.toggle("selected", b.checked);
	const head = document.querySelector("[data-select-all]");
	if (head) {
		head.disabled = false;
		head.checked = on > 0 && on === all.length;
		head.indeterminate = on > 0 && !head.checked;
	}
	if (!words()) return;
	if (on > most()) note = `: one run takes ${most()}`;
	words().textContent = `${on} selected${note}`;
	for (const b of document.querySelectorAll("#bulk [name=action]")) b.disabled = on > most();
}

function tick(list, checked) {
	for (const b of list) b.checked = checked;
}

// One page more, or false where there is none or it does not come.
async function more() {
	const link = document.querySelector("#rows tr.more a[hx-get]");
	const before = boxes().length;
	if (!link || before >= most()) return false;
	await new Promise((done) => {
		for (const name of ["htmx:after:swap", "htmx:error"]) document.addEventListener(name, done, { once: true });
		link.click();
	});
	return boxes().length > before;
}

async function matching() {
	do {
		tick(boxes().slice(0, most()), true);
		count(", reading");
	} while (await more());
	tick(boxes().slice(0, most()), true);
	count(document.querySelector("#rows tr.more") ? `: one run takes ${most()}, there are more` : ": all that match");
}

document.addEventListener("click", (e) => {
	const box = e.target.closest("[data-select]");
	if (box) {
		const all = boxes();
		const [from, to] = [all.indexOf(last), all.indexOf(box)];
		if (e.shiftKey && from >= 0) tick(all.slice(Math.min(from, to), Math.max(from, to) + 1), box.checked);
		last = box;
		count();
	} else if (e.target.closest("[data-select-all]")) {
		tick(boxes(), e.target.checked);
		count();
	} else if (e.target.closest("[data-select-none]")) {
		tick(boxes(), false);
		count();
		document.querySelector("[data-select-all]")?.focus();
	} else if (e.target.closest("[data-select-matching]")) {
		matching();
	}
});
// Shift and click would mark the text between.
document.addEventListener("mousedown", (e) => {
	if (e.shiftKey && e.target.closest(".tick")) e.preventDefault();
});
document.addEventListener("htmx:after:swap", () => count());
addEventListener("pageshow", () => count());
