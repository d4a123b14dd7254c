# SPDX-License-Identifier: Apache-2.0
# Sanitizer and coverage flags, added to every target through steady_warnings.

if(STEADY_SANITIZE)
	target_compile_options(steady_warnings INTERFACE
		-fsanitize=${STEADY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(steady_warnings INTERFACE -fsanitize=${STEADY_SANITIZE})
endif()

if(STEADY_COVERAGE)
	target_compile_options(steady_warnings INTERFACE --coverage)
	target_link_options(steady_warnings INTERFACE --coverage)
endif()
