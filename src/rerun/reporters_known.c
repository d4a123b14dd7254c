/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/reporters.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Known are those of the tool itself, and well-known ones of others that only write a report. */

const struct reporters_rule jest_reporters = {
	.files = LIST("jest.config.js", "jest.config.ts", "jest.config.mjs", "jest.config.cjs",
		      "jest.config.mts", "jest.config.cts", "jest.config.json", "package.json"),
	.member = "jest",
	.options = LIST("-c", "--config"),
	.roots = LIST("--rootDir"),
	.keys = LIST("reporters"),
	.known = LIST("default", "summary", "verbose", "github-actions", "agent", "jest-junit",
		      "jest-html-reporter", "jest-html-reporters", "jest-sonar",
		      "jest-sonar-reporter", "jest-silent-reporter", "jest-spec-reporter"),
	.above = true,
};

const struct reporters_rule vitest_reporters = {
	.files = LIST("vitest.config.ts", "vitest.config.mts", "vitest.config.cts",
		      "vitest.config.js", "vitest.config.mjs", "vitest.config.cjs",
		      "vite.config.ts", "vite.config.mts", "vite.config.cts", "vite.config.js",
		      "vite.config.mjs", "vite.config.cjs"),
	.options = LIST("-c", "--config"),
	.roots = LIST("-r", "--root"),
	.keys = LIST("reporters"),
	.known = LIST("default", "basic", "verbose", "tree", "dot", "json", "html", "tap",
		      "tap-flat", "junit", "hanging-process", "github-actions", "blob", "minimal",
		      "agent", "vitest-sonar-reporter"),
};

const struct reporters_rule mocha_reporters = {
	.files = LIST(".mocharc.js", ".mocharc.cjs", ".mocharc.mjs", ".mocharc.yaml",
		      ".mocharc.yml", ".mocharc.jsonc", ".mocharc.json", "package.json"),
	.member = "mocha",
	.options = LIST("--config", "--package"),
	.keys = LIST("reporter", "R"),
	.known = LIST("spec", "dot", "nyan", "tap", "landing", "list", "progress", "json",
		      "json-stream", "min", "doc", "markdown", "xunit", "mocha-junit-reporter",
		      "mochawesome"),
	.above = true,
};

const struct reporters_rule playwright_reporters = {
	.files = LIST("playwright.config.ts", "playwright.config.js", "playwright.config.mts",
		      "playwright.config.mjs", "playwright.config.cts", "playwright.config.cjs"),
	.options = LIST("-c", "--config"),
	.keys = LIST("reporter"),
	.known = LIST("list", "line", "dot", "html", "json", "junit", "blob", "github", "null",
		      "allure-playwright"),
};

const struct reporters_rule busted_reporters = {
	.files = LIST(".busted"),
	.options = LIST("-f", "--config-file"),
	.keys = LIST("output"),
	.known = LIST("utfTerminal", "plainTerminal", "gtest", "TAP", "json", "junit", "sound"),
};
