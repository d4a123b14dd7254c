// SPDX-License-Identifier: Apache-2.0
// A reporter for Playwright that prints nothing: which tests run stands in a file beside this one. Names
// are those of its JUnit report, where the host is the project.
'use strict';
const { ftruncateSync, openSync, writeSync } = require('fs');
const path = require('path');

module.exports = class {
	constructor() {
		this.running = new Map();
		try {
			this.file = openSync(path.join(__dirname, 'running'), 'w', 0o600);
		} catch {
			// Then it is not known.
		}
	}

	printsToStdio() {
		return false;
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

	onTestBegin(test) {
		const [, host, file, ...titles] = test.titlePath();

		this.running.set(test.id, { suite: file, host, class: file, name: titles.join(' \u203a ') });
		this.write();
	}

	onTestEnd(test) {
		this.running.delete(test.id);
		this.write();
	}
};
