// data-copy puts its text on the clipboard. A click on a row opens the row's first link.
document.addEventListener("click", async (e) => {
	const copy = e.target.closest("[data-copy]");
	if (copy) {
		await navigator.clipboard.writeText(copy.dataset.copy);
		copy.dataset.done = "";
		copy.setAttribute("aria-label", "Copied");
		setTimeout(() => {
			delete copy.dataset.done;
			copy.setAttribute("aria-label", "Copy");
		}, 2000);
		return;
	}
	const row = e.target.closest("tr.row-link");
	if (!row || e.target.closest("a, button, input, label, summary, select, .tick") || String(getSelection())) return;
	const link = row.querySelector("a[href]");
	if (!link) return;
	if (e.ctrlKey || e.metaKey) open(link.href, "_blank", "noopener");
	else link.click();
});

// An address says what is searched for, not what is not: empty fields stay out of it.
document.addEventListener("formdata", (e) => {
	if (e.target.method !== "get") return;
	for (const [name, value] of [...e.formData]) if (value === "") e.formData.delete(name);
});
