// SPDX-License-Identifier: Apache-2.0
// A jest reporter that prints nothing: which tests run stands in a file beside this one. Names are those
// of jest-junit as steady sets it up.
'use strict';
const { realpathSync } = require('fs');
const path = require('path');
const openNotes = require('./steady_notes.js');

function currentFolder() {
	try {
		return realpathSync(process.cwd());
	} catch {
		return process.cwd();
	}
}

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
		this.note = openNotes();
		this.folder = currentFolder();
		this.prefix = prefixOfPaths();
	}

	write() {
		this.note(this.running.values());
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
