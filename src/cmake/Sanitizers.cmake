# SPDX-License-Identifier: Apache-2.0
# Sanitizer and coverage flags, added to every target through steady_warnings.

if(STEADY_SANITIZE)
	target_compile_options(steady_warnings INTERFACE
		-fsanitize=${STEADY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(steady_warnings INTERFACE -fsanitize=${STEADY_SANITIZE})
endif()

# What has a size in memory is small for fuzzers: src/junit/limits.h.
if(STEADY_FUZZ)
	target_compile_definitions(steady_warnings INTERFACE FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
endif()

if(STEADY_COVERAGE)
	target_compile_options(steady_warnings INTERFACE --coverage)
	target_link_options(steady_warnings INTERFACE --coverage)
endif()
