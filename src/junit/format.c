/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/format.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

struct format {
	const char *root;
	const char *hint;
};

static const struct format formats[] = {
	{"test-run", " (NUnit 3: transform it with nunit3-junit.xslt, or use a JUnit logger)"},
	{"test-results", " (NUnit 2: transform it to JUnit XML first)"},
	{"TestRun", " (TRX of Visual Studio: use the JUnit logger, dotnet test --logger junit)"},
	{"assemblies", " (xUnit.net: use the JUnit logger, or its -junit option)"},
	{"assembly", " (xUnit.net: use the JUnit logger, or its -junit option)"},
	{"test-suite", " (Allure: take the framework's own JUnit report)"},
	{"Site", " (CTest's Test.xml: use ctest --output-junit FILE)"},
	{"testng-results", " (TestNG: take the files of its folder junitreports)"},
	{"doctest", " (doctest: use --reporters=junit)"},
	{"Catch2TestRun", " (Catch2: use --reporter junit)"},
	{"Catch", " (Catch2: use --reporter junit)"},
	{"TestLog", " (Boost.Test: use --log_format=JUNIT)"},
	{"TestResult", " (Boost.Test: use --log_format=JUNIT)"},
	{"TestCase", " (Qt Test: use -o FILE,junitxml)"},
	{"robot", " (Robot Framework: use --xunit FILE)"},
	{"suite", " (libcheck or TestNG: no JUnit XML)"},
	{"testExecutions", " (SonarQube's generic format: take the framework's own JUnit report)"},
	{"coverage", " (a coverage report: it has no test results)"},
	{"checkstyle", " (Checkstyle: it has no test results)"},
	{"html", " (an HTML page: an error page of a server perhaps)"},
	{"HTML", " (an HTML page: an error page of a server perhaps)"},
};

bool junit_format_is_foreign(const char *uri)
{
	return uri && strstr(uri, "check.sourceforge.net") != NULL;
}

const char *junit_format_of_root(const char *name, const char *uri)
{
	if (junit_format_is_foreign(uri)) {
		return " (libcheck's own XML: let ctest run the tests, with --output-junit FILE)";
	}
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (str_eq(formats[i].root, name)) {
			return formats[i].hint;
		}
	}
	return "";
}

const char *junit_format_of_text(char first)
{
	switch (first) {
	case 0:
		return "there is nothing but blanks in it";
	case '{':
	case '[':
		return "this is not XML but JSON: give the framework's JUnit XML file";
	case '<':
		return "this is not XML";
	default:
		return "this is not XML: give the framework's JUnit XML file";
	}
}
