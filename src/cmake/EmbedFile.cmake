# SPDX-License-Identifier: Apache-2.0
# Script mode: writes the bytes of INPUT as a C array SYMBOL to OUTPUT.

file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {${bytes}0};\n")
