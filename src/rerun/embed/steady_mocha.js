// SPDX-License-Identifier: Apache-2.0
// mocha takes one reporter: this one shows what its default shows and writes its own XML too. Which test
// or hook runs stands in a file beside it.
'use strict';
const { ftruncateSync, openSync, writeSync } = require('fs');
const path = require('path');
const { reporters } = require(require.resolve('mocha', { paths: [process.cwd()] }));

// Tests run in this process and may replace functions of fs meanwhile.
function noteTests(runner, notes) {
	let file;
	const note = (list) => {
		const text = JSON.stringify(list);

		try {
			file ??= openSync(notes, 'w', 0o600);
			writeSync(file, text, 0);
			ftruncateSync(file, Buffer.byteLength(text));
		} catch {
			// Then it is not known.
		}
	};
	const suite = 'Mocha Tests';
	const begin = ({ parent, title, file: place }) =>
		note([{ suite, class: parent ? parent.fullTitle() : '', name: title, file: place }]);

	runner.on('test', begin).on('hook', begin);
	runner.on('test end', () => note([])).on('hook end', () => note([]));
}

module.exports = class extends reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const output = { output: process.env.STEADY_RESULTS };
		delete process.env.STEADY_RESULTS;
		noteTests(runner, path.join(path.dirname(output.output), 'running'));
		this.written = new reporters.XUnit(runner, {
			...options,
			reporterOption: output,
			reporterOptions: output,
		});
	}

	done(failures, fn) {
		this.written.done(failures, fn);
	}
};
