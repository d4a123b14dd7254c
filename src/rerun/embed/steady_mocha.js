// SPDX-License-Identifier: Apache-2.0
// mocha takes one reporter: this one shows what its default shows and writes its own XML too. Which test
// or hook runs stands in a file beside it.
'use strict';
const openNotes = require('./steady_notes.js');
const { reporters } = require(require.resolve('mocha', { paths: [process.cwd()] }));

function noteTests(runner) {
	const note = openNotes();
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
		noteTests(runner);
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
