/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_SECRETS_H
#define STEADY_FAILURE_SECRETS_H

#include "model/result.h"

/*
 * Failures print what they were given: tokens, passwords, keys. None of it may get into a history, a segment or a report:
 * each is replaced by "***" before a failure is fingerprinted.
 *
 * By their looks: tokens of well-known services, keys in PEM, JSON web tokens, what follows "Bearer" or "Basic", passwords in
 * URLs, and values of names such as password, secret, token or api_key. By their values: variables of the environment whose
 * names say that they are secret. What only looks like one is hidden as well: a word less in a message does less harm.
 */
void secrets_hide_in(struct failure *failure);

/* The same in one text, which becomes shorter or stays. */
void secrets_scrub(char *text);

/* Takes the secret variables of an environment ("NAME=value", ends with NULL). Before threads are started; what was known
 * before is forgotten. */
void secrets_learn(char *const *environment);

#endif
