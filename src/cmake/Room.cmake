# SPDX-License-Identifier: Apache-2.0
# steady_room(NAME LINK room… [FOREIGN PkgConfig::X…])
#
# One folder under src/ is one static library of all its .c files, with its own link list. What a
# room may use of the others stands in src/LAYERS; the layer lint compares it with the #include
# lines, and CMake refuses a circle.

function(steady_room name)
	cmake_parse_arguments(ROOM "" "" "LINK;FOREIGN" ${ARGN})
	file(GLOB sources CONFIGURE_DEPENDS ${name}/*.c)
	add_library(steady_${name} STATIC ${sources})
	target_include_directories(steady_${name} PUBLIC
		${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
	list(TRANSFORM ROOM_LINK PREPEND steady_)
	target_link_libraries(steady_${name} PUBLIC ${ROOM_LINK} PRIVATE steady_warnings ${ROOM_FOREIGN})
endfunction()

# steady_embed(ROOM PATTERN): every file that matches, below src/ or anywhere, becomes a NUL-terminated array
# `embed_<file name with _ for other characters>` of the room, and `…_sha256` its digest (EmbedFile.cmake).
function(steady_embed room pattern)
	file(GLOB files CONFIGURE_DEPENDS ${pattern})
	foreach(file ${files})
		get_filename_component(base ${file} NAME)
		string(MAKE_C_IDENTIFIER "embed_${base}" symbol)
		set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
		add_custom_command(
			OUTPUT ${output}
			COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${output} -DSYMBOL=${symbol}
				-P ${PROJECT_SOURCE_DIR}/src/cmake/EmbedFile.cmake
			DEPENDS ${file} ${PROJECT_SOURCE_DIR}/src/cmake/EmbedFile.cmake
			COMMENT "Embedding ${base}")
		target_sources(steady_${room} PRIVATE ${output})
	endforeach()
endfunction()
