# SPDX-License-Identifier: Apache-2.0
# Script mode: writes the bytes of INPUT as a C array SYMBOL to OUTPUT, and beside it SYMBOL_sha256, their SHA-256 in
# base64: what a content security policy takes for a script's or style's name.

set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)

# Three hexadecimal digits are two of base64; the 64 of a digest leave one, which is filled up with zeros.
function(to_base64 hex out)
	set(text "")
	foreach(at RANGE 0 62 3)
		string(SUBSTRING ${hex}00 ${at} 3 digits)
		math(EXPR high "0x${digits} >> 6")
		math(EXPR low "0x${digits} & 63")
		string(SUBSTRING ${alphabet} ${high} 1 high)
		string(SUBSTRING ${alphabet} ${low} 1 low)
		string(APPEND text ${high}${low})
	endforeach()
	string(SUBSTRING ${hex} 63 1 digit)
	math(EXPR last "0x${digit} << 2")
	string(SUBSTRING ${alphabet} ${last} 1 last)
	set(${out} "${text}${last}=" PARENT_SCOPE)
endfunction()

file(READ ${INPUT} hex HEX)
file(SHA256 ${INPUT} digest)
to_base64(${digest} digest)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUTPUT}
	"extern const char ${SYMBOL}[], ${SYMBOL}_sha256[];\n"
	"const char ${SYMBOL}[] = {${bytes}0};\n"
	"const char ${SYMBOL}_sha256[] = \"${digest}\";\n")
