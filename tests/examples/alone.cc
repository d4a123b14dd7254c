// SPDX-License-Identifier: Apache-2.0
// Each public header compiles alone as C++ too, and its functions link.
#include <steady/junit.h>

int main()
{
	steady_junit_events events = {};
	steady_junit_summary summary;

	return steady_junit_read_memory("<testsuite/>", 12, &events, nullptr, nullptr, &summary);
}
