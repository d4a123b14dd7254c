// SPDX-License-Identifier: Apache-2.0
// In a vitest worker: which tests it runs stands in a file beside this one, of which each worker has its
// own. Names are those of vitest's JUnit report.
import fs from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// Tests may replace functions of fs meanwhile.
const { closeSync, ftruncateSync, openSync, writeSync } = fs;
const { O_CREAT, O_WRONLY } = fs.constants;
const { beforeEach, inject } = await import('vitest').catch(() => ({}));
const notes = fileURLToPath(new URL(`running-${process.env.VITEST_POOL_ID}`, import.meta.url));
const running = new Map();

// This is loaded for each test file, in one process for all where they are not isolated: nothing stays
// open. A file that is emptied first is flushed to the disk when it is closed, which takes its time.
function write() {
	const text = JSON.stringify([...running.values()]);

	try {
		const file = openSync(notes, O_CREAT | O_WRONLY, 0o600);

		writeSync(file, text);
		ftruncateSync(file, Buffer.byteLength(text));
		closeSync(file);
	} catch {
		// Then it is not known.
	}
}

function named(task, root) {
	const titles = [task.name];

	// Old versions have a suite without a name around all.
	for (let suite = task.suite; suite?.name && suite !== task.file; suite = suite.suite) {
		titles.unshift(suite.name);
	}
	return { class: relative(root, task.file.filepath), name: titles.join(' > ') };
}

function noteTests(root) {
	beforeEach((context) => {
		const { task } = context;

		running.set(task.id, named(task, root));
		write();
		context.onTestFinished(() => {
			running.delete(task.id);
			write();
		});
	});
}

try {
	write();
	noteTests(inject('steadyRoot'));
} catch {
	// Nor then.
}
