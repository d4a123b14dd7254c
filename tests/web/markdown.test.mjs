// SPDX-License-Identifier: Apache-2.0
// The Markdown report through a renderer of GitHub's Markdown, and its chart through Mermaid in a browser.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, Scene, WEEK } from "./browser.mjs";

const require = createRequire(new URL("../npm/package.json", import.meta.url));
const from = (name) => import(pathToFileURL(require.resolve(name)).href);
const scene = new Scene(process.env.BUILD);
const reports = {};
let browser = null, page = null, render = null;

before(async () => {
	const { micromark } = await from("micromark");
	const { gfm, gfmHtml } = await from("micromark-extension-gfm");

	render = (text) => micromark(text, {
		allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()],
	});
	reports.rich = scene.report(scene.history("rich.db"), "markdown", ...WEEK);
	reports.hostile = scene.report(scene.history("hostile.db", "--hostile"), "markdown", ...WEEK);
	browser = await launch();
	page = await browser.newPage();
});

after(async () => {
	await browser.close();
	scene.remove();
});

for (const name of ["rich", "hostile"]) {
	test(`${name}: only what the report is made of`, async () => {
		await page.setContent(render(reports[name]));
		const tags = await page.evaluate(() => Array.from(new Set(
			Array.from(document.body.querySelectorAll("*")).map((node) => node.localName))).sort());
		assert.deepEqual(tags.filter((tag) => !["br", "code", "h2", "h3", "li", "p", "pre", "strong",
			"table", "tbody", "td", "th", "thead", "tr", "ul"].includes(tag)), []);
		assert.equal(await page.evaluate(() => document.querySelectorAll("a, img, script").length), 0);
	});

	test(`${name}: each row has the cells of its table`, async () => {
		await page.setContent(render(reports[name]));
		const odd = await page.evaluate(() => Array.from(document.querySelectorAll("tr"))
			.filter((row) => row.children.length !==
				row.closest("table").querySelector("thead tr").children.length)
			.map((row) => row.textContent));
		assert.deepEqual(odd, []);
		assert.equal(await page.locator("h3:text-is('Flaky') + table tbody tr").count(), 5);
	});

	test(`${name}: fits into an issue`, () => {
		assert.ok(reports[name].length <= 60000);
	});
}

test("a name from outside is shown as it is", async () => {
	await page.setContent(render(reports.hostile));
	const text = await page.evaluate(() => document.body.textContent);
	assert.ok(text.includes("<img src=x onerror=alert(1)>\"'`</script><script>alert(2)</script>"));
});

test("its first lines tell what got worse, what it costs and what to do", async () => {
	await page.setContent(render(reports.rich));
	const lines = (await page.evaluate(() => document.body.innerText)).split("\n").filter(Boolean);
	assert.match(lines[1], /^5 flaky and 1 broken test in 210 runs of 3 jobs; budget of runs: spent, 31 of 840 runs bad, burning 8.0x$/);
	assert.match(lines[2], /^161 minutes lost to flakes, 12 runs red only through them$/);
	assert.match(lines[8], /^First: Mend or revert tests.test_stock::test_stock_case_3: its last 15 runs failed/);
	assert.ok(lines.slice(9, 17)
		.includes("What changed, against the 28 days before: 2 new, 1 back again, 1 worse"));
});

test("Mermaid draws the chart", async () => {
	const chart = reports.rich.match(/```mermaid\n([^`]*)```/)[1];
	await page.setContent("<div id=place></div>");
	await page.addScriptTag({ path: require.resolve("mermaid/dist/mermaid.min.js") });
	const svg = await page.evaluate(async (text) => {
		window.mermaid.initialize({ startOnLoad: false });
		return (await window.mermaid.render("drawn", text)).svg;
	}, chart);
	assert.match(svg, /Runs red only through flakes/);
	assert.match(svg, /11-27/);
	assert.equal(svg.match(/<rect[^>]*fill="[^"]*"[^>]*>/g).length >= 7, true);
});
