# SPDX-License-Identifier: Apache-2.0
# What another program may link: include/steady/NAME.h and libsteady-NAME.a. The library is one object
# made of what the rooms bring for it; only names that begin with steady_NAME_ are visible, so that
# buf_add() and the like cannot collide with anybody's own. Installed as component NAME, with a
# pkg-config file that names what it needs.
#
#	steady_public_library(junit ABOUT "Reads …" ROOTS steady_junit_new ROOMS junit model …
#		REQUIRES "libxml-2.0 zlib" LIBS "-lxxhash")
#
# ROOTS are functions of files that nothing else refers to.

include(GNUInstallDirs)

# From the folder of the .pc file up to the prefix, so that the tree can be moved.
string(REGEX REPLACE "[^/]+" ".." PC_UP ${CMAKE_INSTALL_LIBDIR})

function(steady_public_library name)
	cmake_parse_arguments(PUBLIC "" "ABOUT;REQUIRES;LIBS" "ROOTS;ROOMS" ${ARGN})
	set(object ${CMAKE_CURRENT_BINARY_DIR}/steady-${name}.o)
	set(library ${CMAKE_CURRENT_BINARY_DIR}/libsteady-${name}.a)
	list(TRANSFORM PUBLIC_ROOTS PREPEND "-Wl,-u," OUTPUT_VARIABLE roots)
	list(TRANSFORM PUBLIC_ROOMS REPLACE "(.+)" "$<TARGET_FILE:steady_\\1>" OUTPUT_VARIABLE archives)
	list(TRANSFORM PUBLIC_ROOMS PREPEND steady_ OUTPUT_VARIABLE rooms)
	add_custom_command(
		OUTPUT ${library}
		# by the compiler: it knows the linker that fits, ld.lld alone refuses a line of archives only
		COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${object} ${roots} ${archives}
		COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=steady_${name}_* ${object}
		COMMAND ${CMAKE_COMMAND} -E rm -f ${library}
		COMMAND ${CMAKE_AR} rcs ${library} ${object}
		DEPENDS ${rooms}
		COMMENT "Making libsteady-${name}.a"
		VERBATIM)
	add_custom_target(steady_${name}_library ALL DEPENDS ${library})

	set(PC_NAME steady-${name})
	configure_file(${PROJECT_SOURCE_DIR}/src/cmake/steady-public.pc.in steady-${name}.pc @ONLY)
	install(FILES ${PROJECT_SOURCE_DIR}/include/steady/${name}.h
		DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/steady COMPONENT ${name})
	install(FILES ${library} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${name})
	install(FILES ${CMAKE_CURRENT_BINARY_DIR}/steady-${name}.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT ${name})
endfunction()

steady_public_library(junit
	ABOUT "Reads JUnit XML of any producer as a stream of events"
	ROOTS steady_junit_new
	ROOMS junit model text os base
	REQUIRES "libxml-2.0 >= 2.9.13 zlib"
	LIBS "-lxxhash")
steady_public_library(history
	ABOUT "Asks a history of steady what it knows"
	ROOTS steady_history_open steady_history_strip steady_history_trend steady_history_durations
		steady_history_waits steady_history_failures
	ROOMS history model text os base
	REQUIRES "sqlite3 libzstd jansson"
	LIBS "-lxxhash -lm")
