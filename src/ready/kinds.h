/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_KINDS_H
#define STEADY_READY_KINDS_H

#include "ready/probe.h"

/* How what stands behind "SCHEME:" is read, and how a target of that kind is asked. */

read_fn read_url;    /* //[user:password@]host[:port][/…] */
read_fn read_server; /* the same; user, password and the path as a database are kept */
read_fn read_path;
read_fn read_socket;
read_fn read_log;
read_fn read_pid;
read_fn read_name;
read_fn read_command;

/* The words of http; false when the value cannot be used. */
typedef bool set_fn(struct target *target, const char *value);

set_fn http_status;
set_fn http_method;
set_fn http_request_header;
set_fn http_header;
set_fn http_body;
set_fn http_json;
set_fn http_ca;

probe_fn probe_tcp;
probe_fn probe_http;
probe_fn probe_unix;
probe_fn probe_file;
probe_fn probe_log;
probe_fn probe_pid;
probe_fn probe_dns;
probe_fn probe_exec;
probe_fn probe_redis;
probe_fn probe_postgres;
probe_fn probe_mysql;
probe_fn probe_amqp;

#endif
