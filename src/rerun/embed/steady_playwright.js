// SPDX-License-Identifier: Apache-2.0
// A reporter for Playwright that prints nothing: which tests run stands in a file beside this one. Names
// are those of its JUnit report, where the host is the project.
'use strict';
const openNotes = require('./steady_notes.js');

module.exports = class {
	constructor() {
		this.running = new Map();
		this.note = openNotes();
	}

	printsToStdio() {
		return false;
	}

	write() {
		this.note(this.running.values());
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
