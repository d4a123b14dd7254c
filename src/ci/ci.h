/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CI_CI_H
#define STEADY_CI_CI_H

#include "model/source.h"

/*
 * Which CI is this, and what does it say about commit, branch, pull request, run and job: a table
 * of providers, one row each. Reads environment variables and the provider's event file only.
 */

/* Fills what the first provider that recognises the environment knows; fields already set stay.
 * source->from gets the variable that each value came from. Returns the provider's name, NULL
 * outside a CI. `getvar` is getenv() or a test's own. */
const char *ci_detect(const char *(*getvar)(const char *name), struct source *source);

/* The folder into which the CI has put the checkout; NULL outside of one, or where it does not say. */
const char *ci_workspace(const char *(*getvar)(const char *name));

#endif
