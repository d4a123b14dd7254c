// SPDX-License-Identifier: Apache-2.0
// The page in a browser: node page_frames.mjs PAGE prints, as JSON, the CPU time of its scripts, that of the whole load, and the
// longest time between two frames and the longest task while it is scrolled from its top to its end.
import { launch } from "../web/browser.mjs";

const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
const client = await page.context().newCDPSession(page);

await client.send("Performance.enable");
await page.goto(process.argv[2]);
await page.waitForLoadState("load");
await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const metrics = Object.fromEntries((await client.send("Performance.getMetrics")).metrics
	.map(({ name, value }) => [name, value]));

const scroll = await page.evaluate(() => new Promise((done) => {
	const tasks = [];
	const frames = [];
	const watcher = new PerformanceObserver((list) =>
		list.getEntries().forEach((entry) => tasks.push(entry.duration)));
	watcher.observe({ entryTypes: ["longtask"] });
	let last = performance.now();
	const step = () => {
		const now = performance.now();
		frames.push(now - last);
		last = now;
		window.scrollBy({ top: 120, behavior: "instant" });
		if (window.scrollY + window.innerHeight + 2 >= document.documentElement.scrollHeight) {
			setTimeout(() => done({ frames, tasks }), 200);
		} else {
			requestAnimationFrame(step);
		}
	};
	requestAnimationFrame(step);
}));

scroll.frames.sort((a, b) => a - b);
console.log(JSON.stringify({
	script_ms: metrics.ScriptDuration * 1000,
	task_ms: metrics.TaskDuration * 1000,
	frames: scroll.frames.length,
	frame_p99_ms: scroll.frames[Math.floor(scroll.frames.length * 0.99)],
	frame_max_ms: scroll.frames[scroll.frames.length - 1],
	long_tasks: scroll.tasks.length,
	longest_task_ms: Math.max(0, ...scroll.tasks),
}));
await browser.close();
