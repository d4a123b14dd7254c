/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/* Small enough that the C library keeps some for the next threads, large enough for TLS. */
#define STACK_SIZE ((size_t)512 * 1024)

static int create(void *(*run)(void *payload), void *payload, int detach, pthread_t *out)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int code = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, detach);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	code = pthread_create(out, &attr, run, payload);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

int thread_start(void *(*run)(void *payload), void *payload)
{
	pthread_t thread;

	return create(run, payload, PTHREAD_CREATE_DETACHED, &thread);
}

int thread_start_joined(void *(*run)(void *payload), void *payload, pthread_t *out)
{
	return create(run, payload, PTHREAD_CREATE_JOINABLE, out);
}
