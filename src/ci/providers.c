/* SPDX-License-Identifier: Apache-2.0 */
#include "ci/rule.h"

/* What each CI calls things, by its own documentation. */

#define RULE_WHEN(field, variable, reader, when) \
	{ \
		offsetof(struct source, field), offsetof(struct source, from.field), variable, \
			reader, when, NULL, NULL \
	}
#define RULE(field, variable, reader) RULE_WHEN(field, variable, reader, NULL)
#define EVENT(field, taker, when, path) \
	{ \
		offsetof(struct source, field), offsetof(struct source, from.field), \
			"GITHUB_EVENT_PATH", NULL, when, taker, path \
	}

#define BY_PULL    "GITHUB_HEAD_REF" /* set for pull requests only */
#define BY_QUEUE   "GITHUB_EVENT_NAME=merge_group"
#define BY_TRIGGER "GITHUB_EVENT_NAME=workflow_run"

/* A workflow_run is said to be of the default branch, whatever the run was of that it follows. */
static const struct rule github[] = {
	EVENT(commit, ci_take_commit, BY_TRIGGER, "workflow_run.head_sha"),
	RULE(commit, "GITHUB_SHA", ci_read_commit),
	EVENT(tree, ci_take_commit, BY_TRIGGER, "workflow_run.head_commit.tree_id"),
	EVENT(branch, ci_take_trigger_branch, BY_TRIGGER, "workflow_run.head_branch"),
	RULE(branch, "GITHUB_HEAD_REF", ci_read_name),
	RULE(branch, "GITHUB_REF", ci_read_branch_ref),
	RULE(branch, "GITHUB_REF_NAME", ci_read_name),
	EVENT(pull_request, ci_take_number, BY_PULL, "pull_request.number"),
	EVENT(pull_request, ci_take_trigger_pull, BY_TRIGGER, "workflow_run.pull_requests"),
	EVENT(head, ci_take_commit, BY_PULL, "pull_request.head.sha"),
	EVENT(head, ci_take_commit, BY_QUEUE, "merge_group.head_sha"),
	EVENT(head, ci_take_commit, BY_TRIGGER, "workflow_run.head_sha"),
	EVENT(base, ci_take_commit, BY_PULL, "pull_request.base.sha"),
	EVENT(base, ci_take_commit, BY_QUEUE, "merge_group.base_sha"),
	RULE(base_branch, "GITHUB_BASE_REF", ci_read_name), /* set for pull requests only, too */
	RULE(base_branch, "GITHUB_REF", ci_read_queue),
	RULE(pull_request, "GITHUB_REF", ci_read_pull),
	RULE(ci_run, "GITHUB_RUN_ID", ci_read_number),
	RULE(ci_attempt, "GITHUB_RUN_ATTEMPT", ci_read_number),
	RULE(ci_job, "GITHUB_JOB", ci_read_name),
	{0},
};

/* In pipelines of merge requests CI_COMMIT_BRANCH is not set, and in those of tags no branch at all. */
static const struct rule gitlab[] = {
	RULE(commit, "CI_COMMIT_SHA", ci_read_commit),
	RULE(branch, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ci_read_name),
	RULE(branch, "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", ci_read_name),
	RULE(branch, "CI_COMMIT_BRANCH", ci_read_name),
	RULE(pull_request, "CI_MERGE_REQUEST_IID", ci_read_number),
	RULE(pull_request, "CI_EXTERNAL_PULL_REQUEST_IID", ci_read_number),
	RULE(head, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ci_read_commit),
	RULE(base, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ci_read_commit),
	RULE(base, "CI_MERGE_REQUEST_DIFF_BASE_SHA", ci_read_commit),
	RULE(base_branch, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ci_read_name),
	RULE(base_branch, "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", ci_read_name),
	RULE(ci_run, "CI_PIPELINE_ID", ci_read_number),
	RULE(ci_job, "CI_JOB_NAME", ci_read_name),
	{0},
};

static const struct rule circleci[] = {
	RULE(commit, "CIRCLE_SHA1", ci_read_commit),
	RULE(branch, "CIRCLE_TAG", ci_read_tag),
	RULE(branch, "CIRCLE_BRANCH", ci_read_name),
	RULE(pull_request, "CIRCLE_PR_NUMBER", ci_read_number), /* of forks only */
	RULE(pull_request, "CIRCLE_PULL_REQUEST", ci_read_pull),
	RULE(ci_run, "CIRCLE_WORKFLOW_ID", ci_read_name),
	RULE(ci_job, "CIRCLE_JOB", ci_read_name),
	{0},
};

/* BRANCH_NAME of a pull request is "PR-12"; GIT_BRANCH is all that jobs of one branch have. */
static const struct rule jenkins[] = {
	RULE(commit, "GIT_COMMIT", ci_read_commit),
	RULE(branch, "CHANGE_BRANCH", ci_read_name),
	RULE(branch, "TAG_NAME", ci_read_tag),
	RULE(branch, "BRANCH_NAME", ci_read_name),
	RULE(branch, "GIT_BRANCH", ci_read_remote_branch),
	RULE(pull_request, "CHANGE_ID", ci_read_pull),
	RULE(base_branch, "CHANGE_TARGET", ci_read_name),
	RULE(ci_run, "BUILD_TAG", ci_read_name),
	RULE(ci_job, "JOB_NAME", ci_read_name),
	{0},
};

static const struct rule buildkite[] = {
	RULE(commit, "BUILDKITE_COMMIT", ci_read_commit),
	RULE(branch, "BUILDKITE_TAG", ci_read_tag),
	RULE(branch, "BUILDKITE_BRANCH", ci_read_name),
	RULE(pull_request, "BUILDKITE_PULL_REQUEST", ci_read_pull),
	RULE(base_branch, "BUILDKITE_PULL_REQUEST_BASE_BRANCH", ci_read_name),
	RULE(ci_run, "BUILDKITE_BUILD_ID", ci_read_name),
	RULE(ci_attempt, "BUILDKITE_RETRY_COUNT", ci_read_number),
	RULE(ci_job, "BUILDKITE_STEP_KEY", ci_read_name),
	RULE(ci_job, "BUILDKITE_LABEL", ci_read_name),
	{0},
};

static const struct rule azure[] = {
	RULE(commit, "BUILD_SOURCEVERSION", ci_read_commit),
	RULE(branch, "SYSTEM_PULLREQUEST_SOURCEBRANCH", ci_read_branch),
	RULE(branch, "BUILD_SOURCEBRANCH", ci_read_branch_ref),
	/* the id of a pull request at GitHub is none that people know */
	RULE(pull_request, "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", ci_read_number),
	RULE(pull_request, "SYSTEM_PULLREQUEST_PULLREQUESTID", ci_read_number),
	RULE(head, "SYSTEM_PULLREQUEST_SOURCECOMMITID", ci_read_commit),
	RULE(base_branch, "SYSTEM_PULLREQUEST_TARGETBRANCH", ci_read_branch),
	RULE(ci_run, "BUILD_BUILDID", ci_read_number),
	RULE(ci_attempt, "SYSTEM_JOBATTEMPT", ci_read_number),
	RULE(ci_job, "SYSTEM_JOBDISPLAYNAME", ci_read_name),
	RULE(ci_job, "AGENT_JOBNAME", ci_read_name),
	{0},
};

static const struct rule bitbucket[] = {
	RULE(commit, "BITBUCKET_COMMIT", ci_read_commit),
	RULE(branch, "BITBUCKET_BRANCH", ci_read_name),
	RULE(pull_request, "BITBUCKET_PR_ID", ci_read_number),
	RULE(base_branch, "BITBUCKET_PR_DESTINATION_BRANCH", ci_read_name),
	RULE(ci_run, "BITBUCKET_BUILD_NUMBER", ci_read_number),
	{0},
};

/* Branches are parameters of the server, which only reach builds that are told to pass them on. */
static const struct rule teamcity[] = {
	RULE(commit, "BUILD_VCS_NUMBER", ci_read_commit),
	RULE(ci_run, "BUILD_NUMBER", ci_read_name),
	RULE(ci_job, "TEAMCITY_BUILDCONF_NAME", ci_read_name),
	{0},
};

/* TRAVIS_BRANCH is what a pull request is to be merged into, and of a tag its name. */
static const struct rule travis[] = {
	RULE(commit, "TRAVIS_COMMIT", ci_read_commit),
	RULE(branch, "TRAVIS_PULL_REQUEST_BRANCH", ci_read_name),
	RULE(branch, "TRAVIS_TAG", ci_read_tag),
	RULE(branch, "TRAVIS_BRANCH", ci_read_name),
	RULE(pull_request, "TRAVIS_PULL_REQUEST", ci_read_pull),
	RULE(head, "TRAVIS_PULL_REQUEST_SHA", ci_read_commit),
	RULE_WHEN(base_branch, "TRAVIS_BRANCH", ci_read_name, "TRAVIS_PULL_REQUEST_BRANCH"),
	RULE(ci_run, "TRAVIS_BUILD_ID", ci_read_number),
	RULE(ci_job, "TRAVIS_JOB_NAME", ci_read_name),
	{0},
};

static const struct rule drone[] = {
	RULE(commit, "DRONE_COMMIT_SHA", ci_read_commit),
	RULE(branch, "DRONE_TAG", ci_read_tag),
	RULE(branch, "DRONE_SOURCE_BRANCH", ci_read_name),
	RULE(branch, "DRONE_BRANCH", ci_read_name),
	RULE(pull_request, "DRONE_PULL_REQUEST", ci_read_number),
	RULE_WHEN(base_branch, "DRONE_TARGET_BRANCH", ci_read_name, "DRONE_PULL_REQUEST"),
	RULE(ci_run, "DRONE_BUILD_NUMBER", ci_read_number),
	RULE(ci_job, "DRONE_STAGE_NAME", ci_read_name),
	{0},
};

const struct provider ci_providers[] = {
	{"github", "GITHUB_ACTIONS", "true", github, "GITHUB_WORKSPACE"},
	{"gitlab", "GITLAB_CI", "true", gitlab, "CI_PROJECT_DIR"},
	{"circleci", "CIRCLECI", "true", circleci, NULL},
	{"buildkite", "BUILDKITE", "true", buildkite, "BUILDKITE_BUILD_CHECKOUT_PATH"},
	{"azure", "TF_BUILD", "True", azure, "BUILD_SOURCESDIRECTORY"},
	{"bitbucket", "BITBUCKET_BUILD_NUMBER", NULL, bitbucket, "BITBUCKET_CLONE_DIR"},
	{"teamcity", "TEAMCITY_VERSION", NULL, teamcity, NULL},
	{"travis", "TRAVIS", "true", travis, "TRAVIS_BUILD_DIR"},
	{"drone", "DRONE", "true", drone, "DRONE_WORKSPACE"},
	/* last: its servers start builds of the others, too */
	{"jenkins", "JENKINS_URL", NULL, jenkins, "WORKSPACE"},
	{0},
};
