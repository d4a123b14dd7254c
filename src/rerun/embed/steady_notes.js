// SPDX-License-Identifier: Apache-2.0
// For reporters: which tests run stands in a file beside this one, written over each time.
'use strict';
// Tests may run in this process and replace functions of fs meanwhile.
const { ftruncateSync, openSync, writeSync } = require('fs');
const path = require('path');

// Gives a function that notes down the tests of a list. Where it cannot, it is not known.
module.exports = () => {
	let file;

	try {
		file = openSync(path.join(__dirname, 'running'), 'w', 0o600);
	} catch {
		// Nobody can.
	}
	return (tests) => {
		const text = JSON.stringify([...tests]);

		try {
			writeSync(file, text, 0);
			ftruncateSync(file, Buffer.byteLength(text));
		} catch {
			// Nor here.
		}
	};
};
