/* SPDX-License-Identifier: Apache-2.0 */
#include "os/modules.h"

#ifdef STEADY_STATIC

#include <nss.h>

void modules_forbid(void)
{
	__nss_configure_lookup("hosts", "files dns");
	__nss_configure_lookup("passwd", "files");
}

#else

void modules_forbid(void)
{
}

#endif
