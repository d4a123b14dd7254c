# SPDX-License-Identifier: Apache-2.0
# What another program may link: include/steady/junit.h and libsteady-junit.a. The library is one
# object made of what the rooms bring for it; only names that begin with steady_junit_ are visible,
# so that buf_add() and the like cannot collide with anybody's own. Installed as component `junit`,
# with a pkg-config file that names libxml2, zlib and xxHash.

include(GNUInstallDirs)

set(public_object ${CMAKE_CURRENT_BINARY_DIR}/steady-junit.o)
set(public_library ${CMAKE_CURRENT_BINARY_DIR}/libsteady-junit.a)
add_custom_command(
	OUTPUT ${public_library}
	# by the compiler: it knows the linker that fits, ld.lld alone refuses a line of archives only
	COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${public_object} -Wl,-u,steady_junit_new
		$<TARGET_FILE:steady_junit> $<TARGET_FILE:steady_model> $<TARGET_FILE:steady_text>
		$<TARGET_FILE:steady_os> $<TARGET_FILE:steady_base>
	COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=steady_junit_* ${public_object}
	COMMAND ${CMAKE_COMMAND} -E rm -f ${public_library}
	COMMAND ${CMAKE_AR} rcs ${public_library} ${public_object}
	DEPENDS steady_junit steady_model steady_text steady_os steady_base
	COMMENT "Making libsteady-junit.a"
	VERBATIM)
add_custom_target(steady_junit_library ALL DEPENDS ${public_library})

# From the folder of the .pc file up to the prefix, so that the tree can be moved.
string(REGEX REPLACE "[^/]+" ".." PC_UP ${CMAKE_INSTALL_LIBDIR})
configure_file(${PROJECT_SOURCE_DIR}/src/cmake/steady-junit.pc.in steady-junit.pc @ONLY)
install(FILES ${PROJECT_SOURCE_DIR}/include/steady/junit.h
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/steady COMPONENT junit)
install(FILES ${public_library} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT junit)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/steady-junit.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT junit)
