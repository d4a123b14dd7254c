// SPDX-License-Identifier: Apache-2.0
// A vitest reporter that prints nothing. What a reporter hears of a worker comes late, and not at all
// while a test keeps that worker busy. So the workers note down which tests they run: all that is done
// here is to let them load steady_vitest_setup.mjs.
import { fileURLToPath } from 'node:url';

const SETUP = fileURLToPath(new URL('steady_vitest_setup.mjs', import.meta.url));

function prepare(project, root) {
	if (project.config.browser?.enabled || !Array.isArray(project.config.setupFiles)) {
		return;
	}
	project.provide('steadyRoot', root);
	project.config.setupFiles.unshift(SETUP);
}

export default class {
	onInit(vitest) {
		for (const project of vitest.projects ?? []) {
			try {
				prepare(project, vitest.config.root);
			} catch {
				// Then it is not known.
			}
		}
	}
}
