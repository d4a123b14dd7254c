# SPDX-License-Identifier: Apache-2.0
# steady_warnings: an interface target with the warning set and the feature macros every target uses.

add_library(steady_warnings INTERFACE)
target_compile_definitions(steady_warnings INTERFACE _GNU_SOURCE)
target_compile_options(steady_warnings INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
	-Wmissing-prototypes -Wmissing-declarations -Wold-style-definition -Wpointer-arith -Wcast-qual
	-Wcast-align -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum
	-Wnull-dereference -Wdouble-promotion -fno-common
	$<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches
		-Wjump-misses-init -Warith-conversion>
	$<$<C_COMPILER_ID:Clang>:-Wcomma -Wconditional-uninitialized -Wunreachable-code-aggressive
		-Wassign-enum>
	$<$<BOOL:${STEADY_WERROR}>:-Werror>)

# Hardening for what users install; sanitizers bring their own.
target_compile_options(steady_warnings INTERFACE
	$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-fstack-protector-strong;-fPIE>)
target_link_options(steady_warnings INTERFACE $<$<CONFIG:Release>:-Wl,-z,relro,-z,now>
	$<IF:$<BOOL:${STEADY_STATIC}>,-static-pie,$<$<CONFIG:Release>:-pie>>)
