// <time data-ago> is kept current; hovering shows UTC (from the server) and local time.
// [data-until] counts a session down; its owner is told two minutes before the end.
import { toast } from "./toast.js";

const units = [[86400, "day"], [3600, "h"], [60, "min"]];

export function ago(seconds) {
	const past = seconds >= 0;
	const s = Math.abs(seconds);
	for (const [size, name] of units) {
		const n = Math.floor(s / size);
		if (n < 1) continue;
		const text = name === "day" ? `${n} ${n === 1 ? "day" : "days"}` : `${n} ${name}`;
		return past ? `${text} ago` : `in ${text}`;
	}
	return past ? "just now" : "in a moment";
}

function left(seconds) {
	const h = Math.floor(seconds / 3600);
	const m = Math.floor((seconds % 3600) / 60);
	return h ? `${h} h ${m} min` : `${m} min`;
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

function label(root) {
	for (const t of root.querySelectorAll("time[data-ago]:not([data-local])")) {
		t.dataset.local = "";
		t.title = `${t.title}\n${local.format(new Date(t.dateTime))}`;
	}
}

// When the server last heard of this page.
let heard = Date.now() / 1000;
let warned = "";

function warn(kind, title, text) {
	if (warned === kind) return;
	warned = kind;
	toast("warn", title, text);
}

function tick() {
	const now = Date.now() / 1000;
	for (const t of document.querySelectorAll("time[data-ago]")) {
		t.textContent = ago(now - Date.parse(t.dateTime) / 1000);
	}
	for (const e of document.querySelectorAll("[data-until]")) {
		const s = Math.max(0, Number(e.dataset.until) - now);
		e.textContent = left(s);
		e.parentElement.classList.toggle("warn", s < 300);
		if (s < 120) warn("end", "Your session ends in 2 minutes.", "Save what you are working on, then sign in again.");
		else if (heard + Number(e.dataset.idle) - now < 120) warn("idle", "You will be signed out in 2 minutes.", "Nothing has been opened or saved for a while. Open any page to stay signed in.");
	}
}

document.addEventListener("htmx:after:request", () => {
	heard = Date.now() / 1000;
	warned = "";
});
label(document);
setInterval(tick, 30000);
document.addEventListener("htmx:after:swap", () => label(document));
