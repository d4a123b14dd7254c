// SPDX-License-Identifier: Apache-2.0
// The HTML report in Debian's chromium.
//
//	node --test tests/web/page.test.mjs      with BUILD=build/dev in the environment; SCREENS=FOLDER keeps pictures
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { axePath, launch, open, Scene, WEEK } from "./browser.mjs";

const scene = new Scene(process.env.BUILD);
const pages = {};
let browser = null;

before(async () => {
	const rich = scene.history("rich.db");
	const hostile = scene.history("hostile.db", "--hostile");

	scene.project();
	pages.rich = scene.page("rich.html", rich, ...WEEK);
	pages.hostile = scene.page("hostile.html", hostile, ...WEEK);
	pages.nothing = scene.page("nothing.html", rich, "--since", "2020-01-01", "--until", "2020-01-08");
	pages.day = scene.page("day.html", rich, "--since", "2026-10-24", "--until", "2026-10-25");
	scene.show(rich, "signs in", "html", "--output", scene.path("test.html"));
	pages.test = pathToFileURL(scene.path("test.html")).href;
	browser = await launch();
});

after(async () => {
	await browser.close();
	scene.remove();
});

async function picture(page, name) {
	if (process.env.SCREENS) {
		await page.screenshot({ path: join(process.env.SCREENS, `${name}.png`), fullPage: true });
	}
}

async function scrolled(page) {
	for (const place of await page.locator(".strip").all()) {
		await place.scrollIntoViewIfNeeded();
	}
	await page.evaluate(() => window.scrollTo(0, 0));
}

describe("each page, at each width, in both colours", () => {
	for (const name of ["rich", "hostile", "nothing", "day", "test"]) {
		for (const width of [360, 1440]) {
			for (const colorScheme of ["light", "dark"]) {
				test(`${name}, ${width} px, ${colorScheme}`, async () => {
					const { page, wrong, close } = await open(browser, pages[name],
						{ viewport: { width, height: 900 }, colorScheme });
					await scrolled(page);
					await picture(page, `${name}-${width}-${colorScheme}`);
					assert.ok(await page.evaluate(() =>
						document.documentElement.scrollWidth <= window.innerWidth),
					"it is as wide as the window");
					await page.evaluate(readFileSync(axePath, "utf8"));
					const found = await page.evaluate(() => window.axe.run());
					assert.deepEqual(found.violations.map((rule) =>
						`${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
					[]);
					assert.deepEqual(wrong, []);
					await close();
				});
			}
		}
	}
});

describe("what a stranger sees", () => {
	test("all of it on the first screen", async () => {
		const { page, close } = await open(browser, pages.rich, { viewport: { width: 1440, height: 900 } });
		for (const id of ["verdict", "first", "changes", "costly", "late"]) {
			const box = await page.locator(`#${id}`).boundingBox();
			assert.ok(box.y + box.height <= 900, `#${id} ends at ${box.y + box.height}`);
		}
		await close();
	});

	test("each strip tells its runs, and the arrow keys read them", async () => {
		const { page, close } = await open(browser, pages.rich);
		await scrolled(page);
		const strip = page.locator("#flaky .strip svg").first();
		await strip.focus();
		await page.keyboard.press("ArrowLeft");
		assert.match(await page.locator("#tip").textContent(),
			/^(passed|failed|failed, then passed on a retry): 2026-11-27 \d\d:\d\d, commit [0-9a-f]{10}, run 8\d+ of e2e$/);
		await page.keyboard.press("Tab");
		assert.ok(await page.locator("#tip").isHidden());
		const label = await strip.getAttribute("aria-label");
		const cell = await page.locator("#flaky tbody tr").first().locator("td").nth(1).textContent();
		assert.equal(label.match(/ran in (\d+), failed in (\d+)/).slice(1).join(" "),
			cell.split(" of ").reverse().join(" "));
		await close();
	});

	test("charts can be walked and have their numbers as tables", async () => {
		const { page, close } = await open(browser, pages.rich);
		const canvas = page.locator("#day-charts canvas").first();
		await canvas.focus();
		await page.keyboard.press("ArrowLeft");
		assert.ok(await canvas.evaluate((node) => node.chart.tooltip.opacity > 0 ||
			node.chart.tooltip.getActiveElements().length > 0));
		await page.locator("#day-charts summary").first().click();
		const rows = page.locator("#day-charts table").first().locator("tbody tr");
		assert.equal(await rows.count(), 7);
		const counts = (await rows.first().locator("td").allTextContents()).slice(1, 7).map(Number);
		assert.equal(counts.reduce((sum, count) => sum + count), 30);
		assert.equal(await page.locator("#wait-charts canvas").count(), 2);
		await close();
	});
});

describe("what a reader does", () => {
	test("sorts, and the link keeps it", async () => {
		const { page, close } = await open(browser, pages.rich);
		const values = () => page.locator("#flaky tbody tr").evaluateAll((rows) =>
			rows.map((row) => Number(row.children[2].dataset.value)));
		const button = page.locator("#flaky thead button", { hasText: "Failed" });
		await button.focus();
		await page.keyboard.press("Enter");
		const down = await values();
		assert.deepEqual(down, [...down].sort((a, b) => b - a));
		assert.equal(await page.locator("#flaky th[aria-sort]").getAttribute("aria-sort"), "descending");
		await button.click();
		const up = await values();
		assert.deepEqual(up, [...up].sort((a, b) => a - b));
		await page.reload();
		assert.deepEqual(await values(), up);
		await close();
	});

	test("finds tests in all tables, and those that only passed", async () => {
		const { page, close } = await open(browser, pages.rich);
		const shown = () => page.locator("table.tests[data-name=flaky] tbody tr:visible").count();
		const all = await shown();
		await page.keyboard.press("/");
		await page.keyboard.type("cache backend");
		assert.equal(await shown(), 1);
		assert.match(await page.locator("#flaky .shown").textContent(), /^1 of \d+ shown$/);
		await page.locator("#find").fill("stock_case");
		assert.equal(await shown(), 0);
		assert.ok(await page.locator("#found li").count() > 5);
		const link = page.url();
		await page.keyboard.press("Escape");
		assert.equal(await shown(), all);
		assert.equal(await page.locator("#found li").count(), 0);
		await close();
		const again = await open(browser, link);
		assert.equal(await again.page.locator("#find").inputValue(), "stock_case");
		assert.ok(await again.page.locator("#found li").count() > 5);
		await again.close();
	});

	test("follows a link to a test", async () => {
		const { page, close } = await open(browser, pages.rich);
		await page.locator("#costly a").first().click();
		const id = new URL(page.url()).hash.slice(1);
		assert.ok(await page.locator(`#${id} details`).evaluate((node) => node.open));
		await page.waitForFunction((row) => {
			const box = document.getElementById(row).getBoundingClientRect();
			return box.top >= 0 && box.top < window.innerHeight;
		}, id);
		await close();
	});

	test("changes the colours", async () => {
		const { page, close } = await open(browser, pages.rich, { colorScheme: "light" });
		const colours = () => page.evaluate(() => [getComputedStyle(document.body).backgroundColor,
			document.querySelector("canvas").chart.options.scales.y.ticks.color]);
		const light = await colours();
		await page.locator("#theme").click();
		const dark = await colours();
		assert.notEqual(light[0], dark[0]);
		assert.notEqual(light[1], dark[1]);
		await close();
	});

	test("prints it with everything open", async () => {
		const { page, close } = await open(browser, pages.rich);
		await page.emulateMedia({ media: "print" });
		await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
		assert.equal(await page.locator("details:not([open])").count(), 0);
		assert.equal(await page.locator(".strip:not(:has(svg))").count(), 0);
		assert.ok(await page.locator(".tools").isHidden());
		await close();
	});

	test("reads it without a script", async () => {
		const { page, close } = await open(browser, pages.rich, { javaScriptEnabled: false });
		assert.ok(await page.getByText("Login › signs in with a second factor").first().isVisible());
		assert.ok(await page.locator("#find").isHidden());
		assert.match(await page.locator("#flaky .strip").first().textContent(), /^[▁▄█▒·]{30}\s*$/);
		await close();
	});
});

test("what is left of each budget is told first, and drawn", async () => {
	const { page, close } = await open(browser, pages.rich);
	const cards = await page.locator("#verdict .card").allTextContents();
	assert.match(cards[0], /^-29 % *left of the budget of main, burning 2\.7x$/);
	assert.match(cards[1], /^4 % *left of the budget of ready_in_time_0123456789/);
	assert.equal(await page.locator("#budgets tbody tr").count(), 3);
	assert.equal(await page.locator("#day-charts canvas").count(), 4);
	await close();
});

test("whose the costly tests are", async () => {
	const { page, close } = await open(browser, pages.rich);
	const rows = await page.locator("#costly li").allTextContents();
	assert.match(rows[0], /search\.spec\.ts.*; owner @shop\/web$/);
	assert.match(rows[2], /test_mail.*; owner @shop\/orders$/);
	await close();
});

test("the ledger is a table of its own, and its new rows have changed something", async () => {
	const { page, close } = await open(browser, pages.rich);
	assert.equal(await page.locator("#quarantine tbody tr").count(), 2);
	assert.match(await page.locator("#quarantine tbody tr").first().textContent(),
		/the index is rebuilt meanwhile.*@shop\/web.*2026-11-23.*2126-01-01/s);
	assert.equal(await page.locator("#changes li:has-text('Quarantined')").count(), 2);
	await close();
});

test("names from outside are text", async () => {
	const { page, wrong, close } = await open(browser, pages.hostile);
	await scrolled(page);
	await page.locator("#find").fill("onerror");
	assert.ok(await page.locator("#found li").count() > 0);
	assert.ok(await page.getByText("<img src=x onerror=alert(1)>").first().isVisible());
	assert.equal(await page.locator("img, iframe, object, embed, form").count(), 0);
	assert.equal(await page.locator("script").count(), 3);
	assert.equal(await page.locator("a:not([href^='#'])").count(), 0);
	assert.deepEqual(wrong, []);
	await close();
});
