/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_THREAD_H
#define STEADY_BASE_THREAD_H

#include <pthread.h>

/*
 * Starts a thread that nobody joins, with all signals blocked: they are for the main thread, and
 * one taken elsewhere would end nobody's wait. 0, or an errno value.
 */
int thread_start(void *(*run)(void *payload), void *payload);

/* The same for one that the caller joins. */
int thread_start_joined(void *(*run)(void *payload), void *payload, pthread_t *out);

#endif
