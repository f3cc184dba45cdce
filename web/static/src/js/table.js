// A list's headings stick to the page while it fits. One that is wider than the page
// scrolls by itself, in both directions, and keeps its headings in view.
function fit(box) {
	box.classList.toggle("overflows", box.querySelector("table").scrollWidth > box.clientWidth);
}

const sizes = new ResizeObserver((entries) => {
	const boxes = new Set(entries.map((e) => e.target.closest(".scroller")));
	// In the next frame: what is resized in here would be observed again in this one.
	requestAnimationFrame(() => boxes.forEach(fit));
});

function watch() {
	for (const table of document.querySelectorAll(".scroller.fits > table")) {
		sizes.observe(table);
		sizes.observe(table.parentElement);
	}
}

document.addEventListener("htmx:after:swap", watch);
watch();
