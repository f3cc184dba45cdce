// The chosen picture is drawn on a canvas before it is sent: the content security policy
// loads no picture from anywhere else. An SVG cannot be drawn so, and has no preview.
document.addEventListener("change", async (event) => {
	const input = event.target.closest("input[data-logo]");
	if (!input) return;
	const canvas = document.getElementById(input.dataset.logo);
	canvas.hidden = true;
	const [file] = input.files;
	if (!file || file.size >= 1 << 20 || file.type === "image/svg+xml") return;
	const picture = await createImageBitmap(file).catch(() => null);
	if (!picture) return;
	const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height, 1);
	const [w, h] = [picture.width * scale, picture.height * scale];
	const to = canvas.getContext("2d");
	to.clearRect(0, 0, canvas.width, canvas.height);
	to.drawImage(picture, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
	canvas.hidden = false;
});
