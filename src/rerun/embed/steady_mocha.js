// SPDX-License-Identifier: Apache-2.0
// mocha takes one reporter: this one shows what its default shows and writes its own XML too.
'use strict';
const { reporters } = require(require.resolve('mocha', { paths: [process.cwd()] }));

module.exports = class extends reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const output = { output: process.env.STEADY_RESULTS };
		delete process.env.STEADY_RESULTS;
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
