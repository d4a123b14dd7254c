// SPDX-License-Identifier: Apache-2.0
// A jest reporter that prints nothing: which tests run stands in a file beside this one. Names are those
// of jest-junit as steady sets it up.
'use strict';
// Tests may run in this process and replace functions of fs meanwhile.
const { ftruncateSync, openSync, realpathSync, writeSync } = require('fs');
const path = require('path');

const NOTES = path.join(__dirname, 'running');

function prefixOfPaths() {
	try {
		const options = require.resolve('jest-junit/utils/getOptions', { paths: [process.cwd()] });

		return require(options).options({}).filePathPrefix || '';
	} catch {
		return '';
	}
}

module.exports = class {
	constructor() {
		this.running = new Map();
		try {
			this.file = openSync(NOTES, 'w', 0o600);
			this.folder = realpathSync(process.cwd());
			this.prefix = prefixOfPaths();
		} catch {
			// Then it is not known.
		}
	}

	write() {
		const text = JSON.stringify([...this.running.values()]);

		try {
			writeSync(this.file, text, 0);
			ftruncateSync(this.file, Buffer.byteLength(text));
		} catch {
			// Nor then.
		}
	}

	key({ path: file }, { ancestorTitles, title }) {
		return JSON.stringify([file, ancestorTitles, title]);
	}

	onTestCaseStart(test, { ancestorTitles, title }) {
		const file = path.join(this.prefix, path.relative(this.folder, test.path));
		// Text is not always put in as it is: "$&" means something there.
		const name = '{classname} {title}'
			.replace('{classname}', ancestorTitles.join(' '))
			.replace('{title}', title);

		this.running.set(this.key(test, { ancestorTitles, title }), { suite: file, class: file, name, file });
		this.write();
	}

	onTestCaseResult(test, result) {
		this.running.delete(this.key(test, result));
		this.write();
	}

	// Of a process that died no test has ended.
	onTestFileResult({ path: file }) {
		for (const key of this.running.keys()) {
			if (JSON.parse(key)[0] === file) {
				this.running.delete(key);
			}
		}
		this.write();
	}

	getLastError() {}
};
