// Keys that work while nobody types: "?" lists them, j and k walk through a list, x
// selects its row, g and a letter go to a page of the navigation.
const typing = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
let going = 0;

function step(by) {
	const rows = [...document.querySelectorAll("#rows tr")].filter((r) => r.querySelector("th a[href]"));
	const at = rows.indexOf(document.activeElement.closest("tr"));
	const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
	row?.querySelector("th a[href]").focus();
	row?.scrollIntoView({ block: "nearest" });
	return row;
}

const keys = {
	"?": () => document.getElementById("shortcuts")?.showModal(),
	j: () => step(1),
	k: () => step(-1),
	x: () => document.activeElement.closest("tr")?.querySelector("[data-select]")?.click(),
	g: () => { going = Date.now(); },
};

document.addEventListener("keydown", (e) => {
	if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || e.target.closest(typing)) return;
	if (document.querySelector("dialog[open], [popover]:popover-open")) return;
	const link = Date.now() - going < 1500 && document.querySelector(`#nav [data-go="${CSS.escape(e.key)}"]`);
	going = 0;
	if (link) link.click();
	else if (Object.hasOwn(keys, e.key)) keys[e.key]();
	else return;
	e.preventDefault();
});
