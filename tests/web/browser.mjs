// SPDX-License-Identifier: Apache-2.0
// What the tests of the page share: histories, reports, a browser that tells of everything it does not like.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../npm/package.json", import.meta.url));
export const { chromium } = require("playwright-core");
export const axePath = require.resolve("axe-core/axe.min.js");

export const WEEK = ["--since", "2026-11-21T00:00:00Z", "--until", "2026-11-28T00:00:00Z"];

export class Scene {
	constructor(build) {
		this.build = build;
		this.folder = mkdtempSync(join(tmpdir(), "steady-web-"));
	}
	path(name) {
		return join(this.folder, name);
	}
	history(name, ...options) {
		execFileSync(join(this.build, "bin/web/make_weekly"), [...options, this.path(name)]);
		return this.path(name);
	}
	// In a folder of its own: it says the same everywhere.
	steady(...args) {
		return execFileSync(join(this.build, "bin/steady"), args,
			{ cwd: this.folder, encoding: "utf8", maxBuffer: 1 << 28 });
	}
	report(history, format, ...options) {
		return this.steady("report", "--history", history, "--format", format, ...options);
	}
	show(history, name, format, ...options) {
		return this.steady("show", "--history", history, "--format", format, ...options, name);
	}
	page(name, history, ...options) {
		this.report(history, "html", "--output", this.path(name), ...options);
		return pathToFileURL(this.path(name)).href;
	}
	// What the report tells of a project: its objectives, and rows of the ledger, one that is new, one whose words try
	// to break out.
	project() {
		writeFileSync(this.path(".steady.yml"), "objectives:\n" +
			"  main: 97% of runs not failed by flakes on branch main\n" +
			"  ready_in_time_0123456789_0123456789_0123456789_0123456789: 99.5% of waits\n  e2e time: p95 run time in job e2e <= 16m\n");
		const row = (test, reason) => `- test: ${JSON.stringify(test)}\n  reason: ${JSON.stringify(reason)}\n` +
			"  owner: '@shop/web'\n  added: 2026-11-23\n  expires: 2126-01-01\n  any-failure: true\n";
		writeFileSync(this.path(".steady-quarantine.yml"),
			row("search.spec.ts::Search*", "the index is rebuilt meanwhile") +
			row("no.such::<b>test", "</td><script>alert(4)</script>"));
		this.repository({
			".github/CODEOWNERS": "*.ts @shop/web\ntests/ @shop/orders\n",
			"e2e/login.spec.ts": "", "e2e/search.spec.ts": "", "tests/test_mail.py": "",
		});
	}
	repository(files) {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(dirname(this.path(name)), { recursive: true });
			writeFileSync(this.path(name), text);
		}
		for (const args of [["init", "-q"], ["add", ...Object.keys(files)],
			["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "Files"]]) {
			execFileSync("git", args, { cwd: this.folder });
		}
	}
	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

export async function launch() {
	const path = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
		.find((name) => require("node:fs").existsSync(name));
	if (!path) {
		throw new Error("no chromium: install the package chromium");
	}
	return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
}

// A page, and what went wrong in it: messages, errors, dialogs, anything it asked of a network.
export async function open(browser, url, options) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const wrong = [];

	page.on("console", (message) => wrong.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
	page.on("dialog", (dialog) => {
		wrong.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on("request", (request) => {
		if (request.url().split("#")[0] !== url.split("#")[0] && !request.url().startsWith("data:")) {
			wrong.push(`request: ${request.url()}`);
		}
	});
	await page.goto(url);
	return { page, wrong, close: () => context.close() };
}
