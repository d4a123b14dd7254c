/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_MATRIX_H
#define STEADY_CLI_MATRIX_H

#include "base/err.h"
#include "base/strv.h"

/*
 * --matrix: texts, numbers and booleans of a CI's matrix become variants "KEY=VALUE"; those that --variant has
 * named already stay as they are. Nothing for NULL, "" and null.
 */
int matrix_add(const char *json, struct strv *variants, struct err *err);

#endif
