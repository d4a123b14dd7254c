/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CONFIG_SERVICES_H
#define STEADY_CONFIG_SERVICES_H

#include "base/err.h"
#include "model/service_text.h"
#include "text/yaml.h"

/* The key of the services: a map by their names. Inside the room. */
#define SERVICES_KEY "services"

/* Reads the shape; commands and targets are not judged here. Errors name file, line and key. */
int services_from_yaml(const char *path, const struct yaml_node *node,
		       struct service_text_list *out, struct err *err);

#endif
