# SPDX-License-Identifier: Apache-2.0
"""Compares text with an expectation that has placeholders, line by line.

    <DUR>   a duration: "3 ms", "1.2 s", "2m 05s"     <N>     digits
    <HEX>   hexadecimal digits                         <TIME>  a time of RFC 3339
    <*>     anything on the line                       <...>   alone on a line: any lines, or none
    $TMP    the temporary folder of the case
"""

import re

PLACEHOLDERS = {
    "<DUR>": r"\d+(?:\.\d+)? ?(?:ms|s|m|h|d)(?: \d+(?:\.\d+)? ?(?:ms|s|m|h))?",
    "<N>": r"\d+",
    "<HEX>": r"[0-9a-fA-F]+",
    "<TIME>": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)",
    "<*>": r".*",
}
SPLIT = re.compile("(" + "|".join(re.escape(name) for name in PLACEHOLDERS) + r"|\$TMP)")
ANY_LINES = "<...>"
NO_NEWLINE = "\\ No newline at the end"
FEW_CELLS = 4_000_000


def to_lines(data):
    """Lines of the bytes; what is not UTF-8 is spelled, a missing last newline is a line."""
    text = data.decode("utf-8", "backslashreplace")
    lines = text.split("\n")
    last = lines.pop()
    return lines + [last, NO_NEWLINE] if last else lines


def to_bytes(lines):
    if lines and lines[-1] == NO_NEWLINE:
        return "\n".join(lines[:-1]).encode()
    return "".join(line + "\n" for line in lines).encode()


def pattern(line, tmp):
    parts = SPLIT.split(line)
    for i, part in enumerate(parts):
        if part == "$TMP":
            parts[i] = re.escape(tmp)
        else:
            parts[i] = PLACEHOLDERS.get(part) or re.escape(part)
    return re.compile("".join(parts))


def align(expected, actual, tmp):
    """The cheapest way from expected to actual: a list of (sign, expected line, actual line).

    The signs: " " fits, "~" swallowed by <...>, "-" only expected, "+" only in the actual text.
    """
    patterns = [None if line == ANY_LINES else pattern(line, tmp) for line in expected]
    rows, columns = len(expected), len(actual)
    if rows * columns > FEW_CELLS:
        return [("-", line, None) for line in expected] + [("+", None, line) for line in actual]
    cost = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            if i < rows or j < columns:
                cost[i][j] = min(step[0] for step in steps(cost, patterns, actual, i, j))
    way = []
    i = j = 0
    while i < rows or j < columns:
        _, sign, down, right = min(steps(cost, patterns, actual, i, j), key=lambda step: step[0])
        way.append((sign, expected[i] if down else None, actual[j] if right else None))
        i += down
        j += right
    return way


def steps(cost, patterns, actual, i, j):
    """The possible steps from a cell as (cost, sign, down, right), the preferred ones first."""
    more = i < len(patterns)
    text = j < len(actual)
    if more and text and patterns[i] and patterns[i].fullmatch(actual[j]):
        yield cost[i + 1][j + 1], " ", 1, 1
    if more and not patterns[i]:
        yield cost[i + 1][j], "~", 1, 0
        if text:
            yield cost[i][j + 1], "~", 0, 1
    if more and patterns[i]:
        yield cost[i + 1][j] + 1, "-", 1, 0
    if text:
        yield cost[i][j + 1] + 1, "+", 0, 1


def compare(name, expected, actual, tmp):
    """Empty when the bytes fit, else a unified diff for people."""
    way = align(to_lines(expected), to_lines(actual), tmp)
    if all(sign in " ~" for sign, _, _ in way):
        return ""
    shown = [f"--- {name} (expected)", f"+++ {name} (what came)"]
    near = [False] * len(way)
    for i, (sign, _, _) in enumerate(way):
        if sign in "-+":
            near[max(0, i - 3) : i + 4] = [True] * len(near[max(0, i - 3) : i + 4])
    for i, (sign, wanted, got) in enumerate(way):
        if near[i]:
            shown.append((" " if sign == "~" else sign) + (wanted if got is None else got))
        elif i == 0 or near[i - 1]:
            shown.append("@@")
    return "\n".join(shown) + "\n"


def updated(expected, actual, tmp):
    """What the expectation should read: as before where it fits, else as observed."""
    lines = []
    for sign, wanted, got in align(to_lines(expected), to_lines(actual), tmp):
        if sign == "+":
            lines.append(got.replace(tmp, "$TMP"))
        elif sign in " ~" and wanted is not None:
            lines.append(wanted)
    return to_bytes(lines)
