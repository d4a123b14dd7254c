/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/calls.h"

#include "base/mem.h"
#include "base/str.h"

#include <fcntl.h>
#include <sys/syscall.h>

static const struct call_row calls[] = {
	{SYS_futex, "futex", CALL_FUTEX},
#ifdef SYS_futex_waitv
	{SYS_futex_waitv, "futex_waitv", CALL_FUTEX},
#endif
	{SYS_wait4, "wait4", CALL_CHILD},
	{SYS_waitid, "waitid", CALL_CHILD},
	{SYS_read, "read", CALL_READ},
	{SYS_pread64, "pread64", CALL_READ},
	{SYS_readv, "readv", CALL_READ},
	{SYS_preadv, "preadv", CALL_READ},
	{SYS_recvfrom, "recvfrom", CALL_READ},
	{SYS_recvmsg, "recvmsg", CALL_READ},
	{SYS_recvmmsg, "recvmmsg", CALL_READ},
	{SYS_splice, "splice", CALL_READ},
	{SYS_getdents64, "getdents64", CALL_READ},
	{SYS_write, "write", CALL_WRITE},
	{SYS_pwrite64, "pwrite64", CALL_WRITE},
	{SYS_writev, "writev", CALL_WRITE},
	{SYS_pwritev, "pwritev", CALL_WRITE},
	{SYS_sendto, "sendto", CALL_WRITE},
	{SYS_sendmsg, "sendmsg", CALL_WRITE},
	{SYS_sendmmsg, "sendmmsg", CALL_WRITE},
	{SYS_sendfile, "sendfile", CALL_WRITE},
	{SYS_fsync, "fsync", CALL_WRITE},
	{SYS_fdatasync, "fdatasync", CALL_WRITE},
	{SYS_connect, "connect", CALL_CONNECT},
	{SYS_accept, "accept", CALL_ACCEPT},
	{SYS_accept4, "accept4", CALL_ACCEPT},
	{SYS_ppoll, "ppoll", CALL_POLL},
	{SYS_pselect6, "pselect6", CALL_SELECT},
	{SYS_epoll_pwait, "epoll_pwait", CALL_EPOLL},
#ifdef SYS_epoll_pwait2
	{SYS_epoll_pwait2, "epoll_pwait2", CALL_EPOLL},
#endif
	{SYS_nanosleep, "nanosleep", CALL_SLEEP},
	{SYS_clock_nanosleep, "clock_nanosleep", CALL_SLEEP},
	{SYS_rt_sigsuspend, "rt_sigsuspend", CALL_SIGNAL},
	{SYS_rt_sigtimedwait, "rt_sigtimedwait", CALL_SIGNAL},
	{SYS_flock, "flock", CALL_LOCK},
	{SYS_fcntl, "fcntl", CALL_FCNTL},
	{SYS_openat, "openat", CALL_OPEN},
	{SYS_clone, "clone", CALL_VFORK},
	{SYS_clone3, "clone3", CALL_VFORK},
	{SYS_msgrcv, "msgrcv", CALL_IPC},
	{SYS_msgsnd, "msgsnd", CALL_IPC},
	{SYS_semop, "semop", CALL_IPC},
	{SYS_semtimedop, "semtimedop", CALL_IPC},
	{SYS_mq_timedreceive, "mq_timedreceive", CALL_IPC},
	{SYS_mq_timedsend, "mq_timedsend", CALL_IPC},
/* what newer machines no longer have */
#ifdef SYS_poll
	{SYS_poll, "poll", CALL_POLL},
	{SYS_select, "select", CALL_SELECT},
	{SYS_epoll_wait, "epoll_wait", CALL_EPOLL},
	{SYS_pause, "pause", CALL_SIGNAL},
	{SYS_open, "open", CALL_OPEN},
	{SYS_vfork, "vfork", CALL_VFORK},
#endif
};

/* Function names of Linux 5.4 to 6.18. */
static const struct {
	const char *wchan;
	struct call_row call;
} channels[] = {
	{"futex_do_wait", {-1, "futex", CALL_FUTEX}},
	{"futex_wait_queue", {-1, "futex", CALL_FUTEX}},
	{"futex_wait_queue_me", {-1, "futex", CALL_FUTEX}},
	{"do_wait", {-1, "wait4", CALL_CHILD}},
	{"hrtimer_nanosleep", {-1, "nanosleep", CALL_SLEEP}},
	{"do_nanosleep", {-1, "nanosleep", CALL_SLEEP}},
	{"ep_poll", {-1, "epoll_wait", CALL_EPOLL}},
	{"do_epoll_wait", {-1, "epoll_wait", CALL_EPOLL}},
	{"do_sys_poll", {-1, "poll", CALL_POLL}},
	{"do_poll", {-1, "poll", CALL_POLL}},
	{"poll_schedule_timeout", {-1, "poll", CALL_POLL}},
	{"do_select", {-1, "select", CALL_SELECT}},
	{"do_sigtimedwait", {-1, "rt_sigtimedwait", CALL_SIGNAL}},
	{"sigsuspend", {-1, "rt_sigsuspend", CALL_SIGNAL}},
	{"pipe_read", {-1, "read", CALL_READ}},
	{"anon_pipe_read", {-1, "read", CALL_READ}},
	{"fifo_pipe_read", {-1, "read", CALL_READ}},
	{"pipe_wait_readable", {-1, "read", CALL_READ}},
	{"pipe_write", {-1, "write", CALL_WRITE}},
	{"anon_pipe_write", {-1, "write", CALL_WRITE}},
	{"pipe_wait_writable", {-1, "write", CALL_WRITE}},
	{"inet_csk_accept", {-1, "accept", CALL_ACCEPT}},
	{"wait_for_partner", {-1, "open", CALL_OPEN}},
	{"fifo_open", {-1, "open", CALL_OPEN}},
	{"locks_lock_inode_wait", {-1, "flock", CALL_LOCK}},
	{"flock_lock_inode_wait", {-1, "flock", CALL_LOCK}},
	{"posix_lock_inode_wait", {-1, "fcntl", CALL_LOCK}},
};

const struct call_row *call_by_number(long number)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (calls[i].number == number) {
			return &calls[i];
		}
	}
	return NULL;
}

const struct call_row *call_by_wchan(const char *wchan)
{
	for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
		if (str_eq(channels[i].wchan, wchan)) {
			return &channels[i].call;
		}
	}
	return NULL;
}

const struct call_row *call_of(const struct call *call, const char *wchan)
{
	/* After a stop the call goes on under another number, with its arguments still in place. */
	if (call->state == CALL_BLOCKED && call->number != SYS_restart_syscall) {
		return call_by_number(call->number);
	}
	return call_by_wchan(wchan);
}
