/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_READER_H
#define STEADY_JUNIT_READER_H

#include "model/results_file.h"

/*
 * Reads one JUnit XML file into results. Never fails as a function: what is wrong with the file is
 * told by its state and error. A DOCTYPE, a file that is not XML or not JUnit is refused; a file
 * that breaks off is incomplete: the cases whose end tag was seen count, the open one is an error.
 * Texts are bounded. Nothing outside the file is opened.
 *
 * Tests of one name in one file are numbered in file order, except that pytest's second element
 * for a test (an error in its teardown) makes the first one worse.
 *
 * `out` is empty before and owned by the caller afterwards (results_file_release).
 */
void junit_read(const char *path, struct results_file *out);

/* The same for bytes in memory; out->path stays NULL. */
void junit_read_memory(const char *data, size_t len, struct results_file *out);

#endif
