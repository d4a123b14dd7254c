// SPDX-License-Identifier: Apache-2.0
// mocha takes one reporter: this one shows what its default shows and writes its own XML too. Which test
// or hook runs stands in a file beside it.
'use strict';
const fs = require('fs');
const path = require('path');
const { reporters } = require(require.resolve('mocha', { paths: [process.cwd()] }));

module.exports = class extends reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const output = { output: process.env.STEADY_RESULTS };
		delete process.env.STEADY_RESULTS;
		const notes = path.join(path.dirname(output.output), 'running');
		const note = (list) => fs.writeFileSync(notes, JSON.stringify(list));
		const begin = ({ parent, title, file }) =>
			note([{ class: parent ? parent.fullTitle() : '', name: title, file }]);
		runner.on('test', begin).on('hook', begin);
		runner.on('test end', () => note([])).on('hook end', () => note([]));
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
