# SPDX-License-Identifier: Apache-2.0
# STEADY_STATIC: one program that needs no library of the machine it runs on. pkg-config is asked for what
# each library needs itself, and only archives count. Included before the libraries are looked for.

if(STEADY_STATIC)
	set(PKG_CONFIG_ARGN --static)
	set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
	add_compile_definitions(STEADY_STATIC)
	# of foreign archives, too, only what is reached comes along; the same sources give the same bytes anywhere
	add_compile_options(-ffunction-sections -fdata-sections -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
	add_link_options(-Wl,--gc-sections)
	include(CheckLinkerFlag)
	check_linker_flag(C -Wl,-z,pack-relative-relocs STEADY_PACKS_RELOCATIONS)
	if(STEADY_PACKS_RELOCATIONS)
		add_link_options(-Wl,-z,pack-relative-relocs)
	endif()
endif()

# A library without an archive stays a name in the list, and the linker would take a shared one.
function(steady_check_static)
	if(NOT STEADY_STATIC)
		return()
	endif()
	foreach(module ${ARGN})
		get_target_property(libraries PkgConfig::${module} INTERFACE_LINK_LIBRARIES)
		list(FILTER libraries EXCLUDE REGEX "^/.*\\.a$")
		if(libraries)
			message(FATAL_ERROR "${${module}_MODULE_NAME} needs ${libraries}, of which there is no archive here: "
				"action/release/build makes what can be linked statically")
		endif()
	endforeach()
endfunction()
