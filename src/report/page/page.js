/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the page does with a script: strips drawn from their letters, charts, sorting, a filter over all tables, links
 * that keep it. Without one everything but these is there to be read. Texts from outside only ever become text nodes.
 */
"use strict";
(function () {
	const data = JSON.parse(document.getElementById("data").textContent);
	const root = document.documentElement;
	const tip = document.getElementById("tip");
	const find = document.getElementById("find");
	const theme = document.getElementById("theme");
	const byId = (id) => document.getElementById(id);
	const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

	root.classList.add("script");

	/* ---- small things ---- */

	function make(tag, attributes, text) {
		const node = document.createElement(tag);
		for (const name of Object.keys(attributes || {})) {
			node.setAttribute(name, attributes[name]);
		}
		if (text !== undefined) {
			node.textContent = text;
		}
		return node;
	}

	function drawing(tag, attributes) {
		const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
		for (const name of Object.keys(attributes)) {
			node.setAttribute(name, attributes[name]);
		}
		return node;
	}

	const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
	const minute = (seconds) =>
		new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

	function time(ms) {
		if (ms < 1000) {
			return Math.round(ms) + " ms";
		}
		return ms < 60000 ? (ms / 1000).toFixed(1) + " s" : (ms / 60000).toFixed(1) + " min";
	}

	function showTip(text, x, y) {
		tip.textContent = text;
		tip.hidden = false;
		const width = tip.offsetWidth;
		const left = Math.min(x + 12, root.clientWidth - width - 8);
		tip.style.left = Math.max(4, left) + window.scrollX + "px";
		tip.style.top = y + 16 + window.scrollY + "px";
	}

	function hideTip() {
		tip.hidden = true;
	}

	/* ---- light and dark ---- */

	const kept = {
		get() {
			try {
				return localStorage.getItem("steady-theme");
			} catch (error) {
				return null; /* a page from a file may keep nothing */
			}
		},
		set(value) {
			try {
				localStorage.setItem("steady-theme", value);
			} catch (error) {
				/* then it is forgotten */
			}
		},
	};
	const dark = window.matchMedia("(prefers-color-scheme: dark)");
	const repaint = [];

	function isDark() {
		return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
	}

	function paintTheme() {
		theme.textContent = isDark() ? "Light" : "Dark";
		theme.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
		repaint.forEach((paint) => paint());
	}

	if (kept.get() === "dark" || kept.get() === "light") {
		root.dataset.theme = kept.get();
	}
	theme.addEventListener("click", () => {
		root.dataset.theme = isDark() ? "light" : "dark";
		kept.set(root.dataset.theme);
		paintTheme();
	});
	dark.addEventListener("change", paintTheme);
	paintTheme();

	/* ---- run strips ---- */

	const MARKS = {
		".": { name: "pass", words: "passed", height: 5 },
		R: { name: "flaky", words: "failed, then passed on a retry", height: 11 },
		F: { name: "fail", words: "failed", height: 18 },
		i: { name: "apart", words: "failed with a service or many others", height: 11 },
		"-": { name: "none", words: "did not run", height: 2 },
	};
	/* The worst of several runs that share a cell. */
	const ORDER = "-.iRF";
	const CELLS_MOST = 160;

	function unpack(text) {
		let letters = "";
		for (const part of text.matchAll(/(\d*)(\D)/g)) {
			letters += part[2].repeat(part[1] === "" ? 1 : Number(part[1]));
		}
		return letters;
	}

	function cellsOf(letters) {
		const each = Math.ceil(letters.length / CELLS_MOST);
		const cells = [];
		for (let at = 0; at < letters.length; at += each) {
			const part = letters.slice(at, at + each);
			let worst = "-";
			for (const letter of part) {
				worst = ORDER.indexOf(letter) > ORDER.indexOf(worst) ? letter : worst;
			}
			cells.push({ worst, from: at, to: Math.min(at + each, letters.length), part });
		}
		return cells;
	}

	function runWords(run) {
		const [at, key, commit, job] = data.runs[run];
		return minute(at) + (commit ? ", commit " + commit : "") + ", run " + key + " of " + job;
	}

	function cellWords(strip, cell) {
		const lane = data.lanes[strip.lane];
		const first = lane.length - strip.letters.length;
		if (cell.to - cell.from === 1) {
			return MARKS[cell.worst].words + ": " + runWords(lane[first + cell.from]);
		}
		const counts = Object.keys(MARKS)
			.map((mark) => [cell.part.split(mark).length - 1, MARKS[mark].words])
			.filter(([count]) => count > 0)
			.map(([count, words]) => count + " " + words);
		return day(data.runs[lane[first + cell.from]][0]) + " to " +
			day(data.runs[lane[first + cell.to - 1]][0]) + ", " + counts.join(", ");
	}

	function countWords(letters) {
		const failed = letters.split("F").length + letters.split("R").length - 2;
		const ran = letters.length - letters.split("-").length + 1;
		return "Newest " + letters.length + " runs of its job: ran in " + ran + ", failed in " + failed;
	}

	function drawStrip(place) {
		const strip = { lane: Number(place.dataset.lane), letters: unpack(place.dataset.strip) };
		const cells = cellsOf(strip.letters);
		const step = 6;
		const width = Math.max(cells.length, 20) * step;
		const svg = drawing("svg", {
			viewBox: "0 0 " + width + " 18",
			preserveAspectRatio: "none",
			role: "img",
			tabindex: "0",
			"aria-label": countWords(strip.letters) + ". Arrow keys read the cells.",
		});
		const left = width - cells.length * step;
		let at = cells.length;

		for (const letter of Object.keys(MARKS)) {
			const mark = MARKS[letter];
			let path = "";
			cells.forEach((cell, i) => {
				if (cell.worst === letter) {
					path += "M" + (left + i * step) + " 18h" + (step - 1) + "v-" + mark.height +
						"h-" + (step - 1) + "z";
				}
			});
			if (path) {
				svg.appendChild(drawing("path", { d: path, class: "s-" + mark.name }));
			}
		}
		if (place.dataset.onset !== undefined) {
			const each = Math.ceil(strip.letters.length / CELLS_MOST);
			const x = left + Math.floor(Number(place.dataset.onset) / each) * step - 0.5;
			svg.appendChild(drawing("path", { d: "M" + x + " 0v18", class: "onset" }));
		}
		svg.addEventListener("mousemove", (event) => {
			const box = svg.getBoundingClientRect();
			const x = ((event.clientX - box.left) / box.width) * width;
			const cell = cells[Math.floor((x - left) / step)];
			if (cell) {
				showTip(cellWords(strip, cell), event.clientX, event.clientY);
			} else {
				hideTip();
			}
		});
		svg.addEventListener("mouseleave", hideTip);
		svg.addEventListener("blur", hideTip);
		svg.addEventListener("keydown", (event) => {
			const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
			if (move) {
				const box = svg.getBoundingClientRect();
				at = Math.min(cells.length - 1, Math.max(0, at + move));
				showTip(cellWords(strip, cells[at]),
					box.left + ((left + at * step) / width) * box.width, box.bottom - 14);
				event.preventDefault();
			}
		});
		place.replaceChildren(svg);
	}

	const watcher = new IntersectionObserver((entries) => {
		for (const entry of entries) {
			if (entry.isIntersecting) {
				watcher.unobserve(entry.target);
				drawStrip(entry.target);
			}
		}
	}, { rootMargin: "400px" });
	all(".strip").forEach((place) => watcher.observe(place));

	/* ---- charts ---- */

	const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

	/* A figure with its title, a canvas that the arrow keys walk along, and its numbers as a table. */
	function figure(place, title, low, heads, rows) {
		const figure = make("figure");
		const box = make("div", { class: low ? "canvas low" : "canvas" });
		const canvas = make("canvas", { role: "img", tabindex: "0", "aria-label": title +
			". The numbers follow as a table; arrow keys walk along." });
		const numbers = make("details");
		let table = null;

		figure.appendChild(make("figcaption", {}, title));
		box.appendChild(canvas);
		figure.appendChild(box);
		numbers.appendChild(make("summary", {}, "Numbers"));
		numbers.addEventListener("toggle", () => {
			if (table) {
				return;
			}
			table = make("table");
			const head = make("tr");
			heads.forEach((text) => head.appendChild(make("th", { scope: "col" }, text)));
			table.appendChild(make("thead")).appendChild(head);
			const body = table.appendChild(make("tbody"));
			rows.forEach((row) => {
				const line = body.appendChild(make("tr"));
				row.forEach((text) => line.appendChild(make("td", {}, String(text))));
			});
			numbers.appendChild(table);
		});
		figure.appendChild(numbers);
		place.appendChild(figure);
		return canvas;
	}

	/* The arrow keys show one set of values after the other. */
	function walk(canvas, count) {
		let at = count;
		canvas.addEventListener("keydown", (event) => {
			const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
			if (!move) {
				return;
			}
			const chart = canvas.chart;
			at = Math.min(count - 1, Math.max(0, at + move));
			const active = chart.data.datasets
				.map((set, datasetIndex) => ({ datasetIndex, index: at }))
				.filter(({ datasetIndex }) => chart.isDatasetVisible(datasetIndex));
			chart.setActiveElements(active);
			chart.tooltip.setActiveElements(active, { x: 0, y: 0 });
			chart.update("none");
			event.preventDefault();
		});
	}

	function scales(extra) {
		const line = colour("line");
		const ink = colour("soft");
		const base = () => ({ ticks: { color: ink }, grid: { color: line, borderColor: line } });
		const out = {};
		for (const name of Object.keys(extra)) {
			out[name] = Object.assign(base(), extra[name]);
			out[name].ticks = Object.assign({ color: ink }, extra[name].ticks);
			out[name].title = Object.assign({ color: ink }, extra[name].title);
		}
		return out;
	}

	/* Draws, and draws anew where the colours change. `config` is asked each time. */
	function chart(canvas, count, config) {
		const paint = () => {
			if (canvas.chart) {
				canvas.chart.destroy();
			}
			const asked = config();
			asked.options = Object.assign({
				animation: false, responsive: true, maintainAspectRatio: false,
				interaction: { mode: "index", intersect: false },
			}, asked.options);
			asked.options.plugins = Object.assign({
				legend: { labels: { color: colour("ink"), boxWidth: 12 } },
			}, asked.options.plugins);
			canvas.chart = new Chart(canvas, asked);
		};
		paint();
		repaint.push(paint);
		walk(canvas, count);
	}

	const FATES = [
		["passed", "passed", "pass"],
		["flaky", "passed on a retry", "flaky"],
		["red_flake", "red only through flakes", "fail"],
		["red_readiness", "a service was not ready", "ready"],
		["red_infra", "infrastructure", "infra"],
		["red_product", "real failures", "product"],
	];

	function daysChart(place) {
		const days = data.days;
		const share = days.map((row) => (row.runs > 0 ? (100 * row.red_flake) / row.runs : 0));
		const canvas = figure(place, "Runs a day by what became of them", false,
			["Day"].concat(FATES.map((fate) => fate[1]), ["% red through flakes"]),
			days.map((row, i) => [row.day].concat(FATES.map((fate) => row[fate[0]]),
				[share[i].toFixed(1)])));

		chart(canvas, days.length, () => ({
			data: {
				labels: days.map((row) => row.day),
				datasets: FATES.filter((fate) => days.some((row) => row[fate[0]] > 0))
					.map((fate) => ({
						type: "bar", label: fate[1], stack: "runs",
						data: days.map((row) => row[fate[0]]),
						backgroundColor: colour(fate[2]), order: 2,
					})).concat([{
						type: "line", label: "% red through flakes", data: share, yAxisID: "share",
						borderColor: colour("ink"), backgroundColor: colour("ink"), borderWidth: 1.5,
						pointRadius: days.length > 40 ? 0 : 2, order: 1,
					}]),
			},
			options: {
				scales: scales({
					x: { stacked: true, ticks: { maxRotation: 0, autoSkipPadding: 16 } },
					y: { stacked: true, beginAtZero: true, ticks: { precision: 0 },
						title: { display: true, text: "runs" } },
					share: { position: "right", beginAtZero: true, suggestedMax: 10,
						grid: { drawOnChartArea: false }, title: { display: true, text: "%" } },
				}),
			},
		}));
	}

	function budgetChart(place, budget) {
		const canvas = figure(place, "Budget left of " + budget.name + ", %", true, ["Day", "Left, %"],
			budget.days.map((row) => [row[0], row[1]]));

		chart(canvas, budget.days.length, () => ({
			type: "line",
			data: {
				labels: budget.days.map((row) => row[0]),
				datasets: [{ label: "left, %", data: budget.days.map((row) => row[1]),
					borderColor: colour("link"), backgroundColor: colour("link"), stepped: true,
					pointRadius: budget.days.length > 40 ? 0 : 2 }],
			},
			options: {
				plugins: { legend: { display: false } },
				scales: scales({ x: { ticks: { maxRotation: 0, autoSkipPadding: 16 } },
					y: { suggestedMin: 0, suggestedMax: 100 } }),
			},
		}));
	}

	function waitChart(place, service) {
		const points = service.waits;
		const canvas = figure(place, service.name + ": time to ready" +
			(service.limit_ms > 0 ? ", limit " + time(service.limit_ms) : ""), true,
			["Time", "Ready after", ""],
			points.map((row) => [minute(row[0]), time(row[1]), row[2] ? "" : "not ready"]));

		chart(canvas, points.length, () => {
			const sets = [{
				label: "ready after", data: points.map((row) => row[1] / 1000), showLine: false,
				pointRadius: 2.5,
				pointStyle: points.map((row) => (row[2] ? "circle" : "crossRot")),
				borderColor: points.map((row) => colour(row[2] ? "link" : "fail")),
				backgroundColor: points.map((row) => colour(row[2] ? "link" : "fail")),
			}];
			if (service.limit_ms > 0) {
				sets.push({ label: "limit", data: points.map(() => service.limit_ms / 1000),
					borderColor: colour("bad"), borderDash: [5, 4], borderWidth: 1.5, pointRadius: 0 });
			}
			return {
				type: "line",
				data: { labels: points.map((row) => minute(row[0])), datasets: sets },
				options: {
					plugins: { legend: { display: false } },
					scales: scales({ x: { ticks: { maxRotation: 0, autoSkipPadding: 24 } },
						y: { beginAtZero: true, title: { display: true, text: "s" } } }),
				},
			};
		});
	}

	if (byId("day-charts") && data.days.length > 0) {
		daysChart(byId("day-charts"));
	}
	if (byId("day-charts")) {
		data.budgets.filter((budget) => budget.days.length > 1)
			.forEach((budget) => budgetChart(byId("day-charts"), budget));
	}
	if (byId("wait-charts")) {
		data.services.forEach((service) => waitChart(byId("wait-charts"), service));
	}

	/* ---- what the link says: #find=…&sort=flaky.2.descending, or the id of a row ---- */

	const state = { find: "", sort: {} };

	function readLink() {
		const words = new URLSearchParams(location.hash.slice(1));
		state.find = words.get("find") || "";
		state.sort = {};
		for (const word of words.getAll("sort")) {
			const [name, column, direction] = word.split(".");
			state.sort[name] = { column: Number(column), direction };
		}
	}

	function writeLink() {
		const words = new URLSearchParams();
		if (state.find) {
			words.set("find", state.find);
		}
		for (const name of Object.keys(state.sort)) {
			words.append("sort", [name, state.sort[name].column, state.sort[name].direction].join("."));
		}
		history.replaceState(null, "", words.toString() ? "#" + words : location.pathname +
			location.search);
	}

	/* ---- sorting ---- */

	const tables = all("table.tests").map((table) => ({
		name: table.dataset.name,
		table,
		heads: all("thead th", table),
		body: table.querySelector("tbody"),
		rows: all("tbody tr", table).map((row, number) => ({ row, number })),
		shown: table.parentNode.querySelector(".shown"),
	}));

	function valueOf(row, column) {
		const cell = row.children[column];
		return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
	}

	function sortTable(one) {
		const sort = state.sort[one.name];
		const sign = sort && sort.direction === "descending" ? -1 : 1;

		one.heads.forEach((head, i) => {
			if (sort && sort.column === i) {
				head.setAttribute("aria-sort", sort.direction);
			} else {
				head.removeAttribute("aria-sort");
			}
		});
		one.rows.sort((a, b) => {
			if (sort && one.heads[sort.column]) {
				const left = valueOf(a.row, sort.column);
				const right = valueOf(b.row, sort.column);
				const order = typeof left === "number" ? left - right : left.localeCompare(right);
				if (order !== 0) {
					return sign * order;
				}
			}
			return a.number - b.number;
		});
		one.body.append(...one.rows.map(({ row }) => row));
	}

	for (const one of tables) {
		one.heads.forEach((head, column) => {
			const button = make("button", { type: "button" }, head.textContent);
			button.addEventListener("click", () => {
				const was = state.sort[one.name];
				const first = head.classList.contains("number") ? "descending" : "ascending";
				const other = first === "descending" ? "ascending" : "descending";
				const direction = was && was.column === column && was.direction === first ? other : first;
				state.sort[one.name] = { column, direction };
				sortTable(one);
				writeLink();
			});
			head.replaceChildren(button);
		});
	}

	/* ---- finding ---- */

	const FOUND_MOST = 100;
	const texts = new Map();

	function textOf(row) {
		if (!texts.has(row)) {
			texts.set(row, row.textContent.toLowerCase());
		}
		return texts.get(row);
	}

	function showNames(words) {
		const list = byId("found");
		let count = 0;
		if (!list) {
			return;
		}
		const lines = [];
		if (words.length > 0) {
			for (const [group, names] of data.names) {
				const before = group.toLowerCase();
				for (const name of names) {
					const text = before + "::" + name.toLowerCase();
					if (words.every((word) => text.includes(word))) {
						count++;
						if (count <= FOUND_MOST) {
							const line = make("li");
							line.appendChild(make("code", {}, group ? group + "::" + name : name));
							lines.push(line);
						}
					}
				}
			}
			lines.push(make("li", {}, count === 0 ? "None of that name among them." :
				count > FOUND_MOST ? "… and " + (count - FOUND_MOST) + " more" : ""));
		}
		list.replaceChildren(...lines);
	}

	function filter() {
		const words = state.find.toLowerCase().split(/\s+/).filter(Boolean);
		for (const one of tables) {
			let shown = 0;
			for (const { row } of one.rows) {
				const fits = words.every((word) => textOf(row).includes(word));
				row.hidden = !fits;
				shown += fits ? 1 : 0;
			}
			if (one.shown) {
				one.shown.textContent = words.length > 0 ? shown + " of " + one.rows.length + " shown" : "";
			}
		}
		showNames(words);
	}

	find.parentNode.hidden = tables.length === 0 && data.names.length === 0;
	find.addEventListener("input", () => {
		state.find = find.value.trim();
		filter();
		writeLink();
	});
	document.addEventListener("keydown", (event) => {
		const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
		if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
			find.focus();
			event.preventDefault();
		} else if (event.key === "Escape" && event.target === find) {
			find.value = "";
			state.find = "";
			filter();
			writeLink();
		}
	});

	/* ---- opening, and printing ---- */

	function follow() {
		const target = /^#t-[\w-]+$/.test(location.hash) && byId(location.hash.slice(1));
		if (target) {
			const more = target.querySelector("details");
			target.hidden = false;
			if (more) {
				more.open = true;
			}
			target.scrollIntoView();
			return;
		}
		if (/^#(find|sort)=/.test(location.hash)) {
			readLink();
			find.value = state.find;
			tables.forEach(sortTable);
			filter();
		}
	}

	window.addEventListener("hashchange", follow);
	window.addEventListener("beforeprint", () => {
		all(".strip[data-strip]").forEach((place) => {
			if (!place.firstElementChild) {
				drawStrip(place);
			}
		});
		all("details").forEach((more) => {
			more.open = true;
		});
	});
	follow();
})();
