/* SPDX-License-Identifier: Apache-2.0 */
#include "git/git.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/dirty.h"
#include "git/object.h"
#include "git/program.h"
#include "git/repo.h"
#include "os/file.h"

#include <ctype.h>
#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LIBRARY_FROM(major, minor) \
	(LIBGIT2_VER_MAJOR > (major) || \
	 (LIBGIT2_VER_MAJOR == (major) && LIBGIT2_VER_MINOR >= (minor)))

#define ID_MIN 4 /* digits of an abbreviation */

/* Once per process and never undone: starting costs more than all answers together, because the
 * library loads the TLS certificates. */
static void start_library(void)
{
	static bool started;

	if (started) {
		return;
	}
	started = true;
	git_libgit2_init();
#if LIBRARY_FROM(1, 3)
	/* these concern writing, fetching and settings, not what is read here */
	static const char *const harmless[] = {"worktreeconfig", "preciousobjects", "partialclone",
					       "relativeworktrees"};

	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless, ARRAY_LEN(harmless));
#endif
#if LIBRARY_FROM(1, 5)
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
#endif
}

static const char *library_error(void)
{
	const git_error *error = git_error_last();

	return error && error->message ? error->message : "unknown reason";
}

static bool has(const char *dir, const char *name)
{
	AUTO_FREE char *path = path_join(dir, name);

	return file_exists(path);
}

/* Whether the library is worth its start: something like a repository in dir or above. */
static bool looks_like_repository(const char *dir)
{
	AUTO_FREE char *at = mem_str(dir);

	for (;;) {
		AUTO_FREE char *up = path_dir(at);

		if (has(at, ".git") || (has(at, "HEAD") && has(at, "objects"))) {
			return true;
		}
		if (str_eq(at, up)) {
			return false;
		}
		free(at);
		at = TAKE(up);
	}
}

/* Without the slash that the library puts behind folders. */
static char *folder(const char *path)
{
	size_t len = path ? strlen(path) : 0;

	if (len > 1 && path[len - 1] == '/') {
		len--;
	}
	return path ? mem_strn(path, len) : NULL;
}

static bool find(struct git_repo *repo)
{
	start_library();
	if (git_repository_open_ext(&repo->library, repo->dir, 0, NULL) == 0) {
		repo->root = folder(git_repository_workdir(repo->library));
		repo->common = folder(git_repository_commondir(repo->library));
		return true;
	}
	repo->library = NULL;
	return program_find(repo->dir, &repo->common, &repo->root) == 0;
}

struct git_repo *git_open(const char *dir)
{
	struct git_repo *repo = NULL;
	AUTO_FREE char *real = realpath(dir, NULL);

	if (!real || !looks_like_repository(real)) {
		return NULL;
	}
	repo = mem_alloc(sizeof(*repo));
	repo->dir = TAKE(real);
	if (!find(repo)) {
		log_warning("%s: the git repository cannot be read: %s", repo->dir,
			    library_error());
		git_close(repo);
		return NULL;
	}
	return repo;
}

void git_close(struct git_repo *repo)
{
	if (!repo) {
		return;
	}
	git_repository_free(repo->library);
	free(repo->dir);
	free(repo->root);
	free(repo->common);
	free(repo);
}

const char *git_root(const struct git_repo *repo)
{
	return repo->root;
}

const char *git_common_dir(const struct git_repo *repo)
{
	return repo->common;
}

static bool is_id(const char *rev)
{
	size_t len = strlen(rev);

	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)rev[i])) {
			return false;
		}
	}
	return len >= ID_MIN && len <= ID_SHA256_LEN;
}

/* Reads from the commit itself, so that the missing parents of a shallow clone have names too. */
static void read_commit(const git_commit *commit, struct source *out)
{
	out->commit = id_text(git_commit_id(commit));
	out->tree = id_text(git_commit_tree_id(commit));
	for (unsigned i = 0; i < git_commit_parentcount(commit); i++) {
		strv_give(&out->parents, id_text(git_commit_parent_id(commit, i)));
	}
}

static int library_commit(git_repository *library, const char *rev, struct source *out)
{
	git_object *object = NULL, *commit = NULL;
	size_t len = strlen(rev);
	git_oid oid;
	int found = -1;

	if (len > ID_SHA1_LEN || git_oid_fromstrn(&oid, rev, len) < 0) {
		return -1;
	}
	if (git_object_lookup_prefix(&object, library, &oid, len, GIT_OBJECT_ANY) == 0 &&
	    git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0) {
		read_commit((const git_commit *)commit, out);
		found = 0;
	}
	git_object_free(commit);
	git_object_free(object);
	return found;
}

/* The id that HEAD stands for; "" when its branch is not born. The caller frees. */
static char *library_head(git_repository *library, struct err *err)
{
	git_oid oid;
	int found = git_reference_name_to_id(&oid, library, "HEAD");

	if (found == GIT_ENOTFOUND) {
		return mem_str("");
	}
	if (found < 0) {
		err_set(err, ERR_INPUT, "HEAD cannot be read: %s", library_error());
		return NULL;
	}
	return id_text(&oid);
}

static char *library_branch(git_repository *library)
{
	static const char heads[] = "refs/heads/";
	git_reference *head = NULL;
	const char *target = NULL;
	char *branch = NULL;

	if (git_reference_lookup(&head, library, "HEAD") < 0) {
		return NULL;
	}
	target = git_reference_symbolic_target(head);
	if (target && str_starts(target, heads)) {
		branch = mem_str(target + strlen(heads));
	}
	git_reference_free(head);
	return branch;
}

/* HEAD's commit and branch; nothing when it is not born. */
static int describe_head(struct git_repo *repo, struct source *out, struct err *err)
{
	if (repo->library) {
		AUTO_FREE char *id = library_head(repo->library, err);

		if (!id) {
			return -1;
		}
		if (*id == '\0') {
			return 0;
		}
		out->branch = library_branch(repo->library);
		return library_commit(repo->library, id, out) < 0 ? id_not_here(id, err) : 0;
	}
	out->branch = program_branch(repo->dir);
	if (program_commit(repo->dir, "HEAD", out) == 0) {
		return 0;
	}
	if (!out->branch) {
		return err_set(err, ERR_INPUT, "HEAD cannot be read");
	}
	free(TAKE(out->branch));
	return 0;
}

static int describe_rev(struct git_repo *repo, const char *rev, struct source *out, struct err *err)
{
	int found = -1;

	if (!is_id(rev)) {
		return err_set(err, ERR_USAGE, "\"%s\" is not a commit id", rev);
	}
	found = repo->library ? library_commit(repo->library, rev, out)
			      : program_commit(repo->dir, rev, out);
	return found < 0 ? id_not_here(rev, err) : 0;
}

static void fill(char **slot, const char **slot_from, char **found, const char *from)
{
	if (!*slot && *found) {
		*slot = TAKE(*found);
		*slot_from = from;
	}
}

int git_describe(struct git_repo *repo, const char *rev, struct source *source, struct err *err)
{
	CLEANUP(source_release) struct source found = {0};
	int done = rev ? describe_rev(repo, rev, &found, err) : describe_head(repo, &found, err);
	const char *from = rev ? "git" : "git HEAD";

	if (done < 0 || !found.commit) {
		return done;
	}
	/* Tree and parents of another commit than the one that is named would be a false source. */
	if (source->commit &&
	    strncasecmp(source->commit, found.commit, strlen(source->commit)) != 0) {
		return 0;
	}
	fill(&source->commit, &source->from.commit, &found.commit, from);
	fill(&source->tree, &source->from.tree, &found.tree, from);
	fill(&source->branch, &source->from.branch, &found.branch, from);
	if (source->parents.len == 0) {
		strv_add_all(&source->parents, &found.parents);
	}
	return 0;
}

bool git_is_dirty(struct git_repo *repo, bool untracked_too)
{
	bool dirty = false;

	if (!repo->root) {
		return false;
	}
	if (repo->library && dirty_by_library(repo->library, untracked_too, &dirty) == 0) {
		return dirty;
	}
	if (program_is_dirty(repo->root, untracked_too, &dirty) < 0) {
		log_warning("%s: git cannot compare the work tree; it counts as changed",
			    repo->root);
		return true;
	}
	return dirty;
}

/* "git@host:owner/name.git" and "https://user@host/owner/name" are one project. */
static char *project_of(const char *url)
{
	const char *scheme = strstr(url, "://"), *start = scheme ? scheme + 3 : url;
	size_t authority = strcspn(start, scheme ? "/" : ":/");
	const char *user = memrchr(start, '@', authority);
	char *name = NULL;
	size_t len = 0;

	if (user) {
		authority -= (size_t)(user + 1 - start);
		start = user + 1;
	}
	name = mem_str(start);
	if (!scheme && name[authority] == ':') {
		name[authority] = '/';
	}
	len = strlen(name);
	len -= len > 1 && name[len - 1] == '/';
	len -= len > 4 && memcmp(name + len - 4, ".git", 4) == 0 ? 4 : 0;
	name[len] = '\0';
	return name;
}

char *git_project(const struct git_repo *repo)
{
	git_config *config = NULL, *snapshot = NULL;
	const char *url = NULL;
	char *name = NULL;

	if (repo->library && git_repository_config(&config, repo->library) == 0 &&
	    git_config_snapshot(&snapshot, config) == 0 &&
	    git_config_get_string(&url, snapshot, "remote.origin.url") == 0 && !str_empty(url)) {
		name = project_of(url);
	}
	git_config_free(snapshot);
	git_config_free(config);
	return name ? name : mem_str(repo->common);
}
