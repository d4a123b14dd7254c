/* SPDX-License-Identifier: Apache-2.0 */
#include "history/remote.h"

#include "base/vec.h"

#include <stddef.h>
#include <stdint.h>

/* f_type of statfs(2), from linux/magic.h and from those who are not in the kernel's tree. */
static const struct {
	uint32_t type;
	const char *name;
} remotes[] = {
	{0x00006969, "NFS"},
	{0x0000517b, "SMB"},
	{0xff534d42, "CIFS"},
	{0xfe534d42, "SMB"},
	{0x0000564c, "NCP"},
	{0x5346414f, "AFS"},
	{0x6b414653, "AFS"},
	{0x73757245, "Coda"},
	{0x01021997, "9p"},
	{0x00c36400, "Ceph"},
	{0x0bd00bd0, "Lustre"},
	{0x47504653, "GPFS"},
	{0x19830326, "BeeGFS"},
	{0xaad7aaea, "PanFS"},
	{0x7461636f, "OCFS2"},
	{0x01161970, "GFS2"},
	/* sshfs, s3fs, GlusterFS, virtiofs; it does not tell which, nor that of a stick of memory */
	{0x65735546, "FUSE"},
	{0x786f4256, "a VirtualBox folder"},
	{0xbacbacbc, "a VMware folder"},
};

int (*remote_statfs)(const char *path, struct statfs *out) = statfs;

const char *remote_name(long type)
{
	for (size_t i = 0; i < ARRAY_LEN(remotes); i++) {
		/* some kernels extend the sign */
		if (remotes[i].type == (uint32_t)type) {
			return remotes[i].name;
		}
	}
	return NULL;
}

const char *remote_at(const char *path)
{
	struct statfs fs = {0};

	return remote_statfs(path, &fs) == 0 ? remote_name((long)fs.f_type) : NULL;
}
