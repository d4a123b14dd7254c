/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/timeline.h"

#include "base/map.h"
#include "base/str.h"

#include <stdlib.h>

/* A commit, or the content of one run that no commit names. */
struct node {
	const char *id;     /* NULL: none */
	const char *source; /* NULL: equals no other */
	int64_t time_us;    /* of its first run, else its own */
	size_t run;
	struct {
		VEC(size_t) /* nodes */
	} parents;
	enum { NODE_NEW, NODE_OPEN, NODE_DONE } state;
};

struct graph {
	const struct evidence *evidence;
	struct {
		VEC(struct node)
	} nodes;
	struct map by_id;
	size_t *node_of; /* of each run */
};

static void graph_end(struct graph *graph)
{
	VEC_EACH (struct node, node, &graph->nodes) {
		VEC_FREE(&node->parents);
	}
	VEC_FREE(&graph->nodes);
	map_release(&graph->by_id);
	free(graph->node_of);
}

static size_t add_node(struct graph *graph, const char *id, const char *source, int64_t time_us,
		       size_t run)
{
	struct node *node = VEC_PUSH(&graph->nodes);

	node->id = id;
	node->source = source;
	node->time_us = time_us;
	node->run = run;
	return graph->nodes.len - 1;
}

/* What several runs have in common is one node: a commit, or a tree without one. */
static size_t node_of_run(struct graph *graph, size_t at)
{
	const struct run_facts *run = &graph->evidence->runs.items[at];
	const char *name = run->commit ? run->commit : run->source;
	size_t number = 0;

	if (run->dirty || !name) {
		return add_node(graph, run->dirty ? run->commit : NULL, NULL, run->started_us, at);
	}
	if (!map_get(&graph->by_id, name, &number)) {
		number = add_node(graph, run->commit, run->source, run->started_us, at);
		map_put(&graph->by_id, name, number);
	}
	return number;
}

static void add_parents(struct graph *graph, size_t child, const struct strv *parents)
{
	for (size_t i = 0; i < parents->len && child < graph->nodes.len; i++) {
		size_t parent = 0;

		if (map_get(&graph->by_id, parents->items[i], &parent) && parent != child) {
			*VEC_PUSH(&graph->nodes.items[child].parents) = parent;
		}
	}
}

/* As a run told them, where the repository did not. */
static void add_recorded(struct graph *graph, size_t at)
{
	const struct run_facts *run = &graph->evidence->runs.items[at];
	size_t number = graph->node_of[at];

	if (number < graph->nodes.len && graph->nodes.items[number].run == at && !run->dirty &&
	    graph->nodes.items[number].parents.len == 0) {
		add_parents(graph, number, &run->parents);
	}
}

/* Commits between those that were run are needed to know what comes from what. */
static void add_lineage(struct graph *graph)
{
	VEC_EACH (const struct lineage_commit, commit, &graph->evidence->lineage) {
		if (!map_get(&graph->by_id, commit->id, NULL)) {
			map_put(&graph->by_id, commit->id,
				add_node(graph, commit->id, NULL, commit->time_us, NO_INDEX));
		}
	}
	VEC_EACH (const struct lineage_commit, commit, &graph->evidence->lineage) {
		size_t child = 0;

		map_get(&graph->by_id, commit->id, &child);
		add_parents(graph, child, &commit->parents);
	}
}

static void make_graph(struct graph *graph)
{
	const struct evidence *evidence = graph->evidence;

	graph->node_of = mem_array(evidence->runs.len + 1, sizeof(*graph->node_of));
	for (size_t i = 0; i < evidence->runs.len; i++) {
		graph->node_of[i] = node_of_run(graph, i);
	}
	add_lineage(graph);
	for (size_t i = 0; i < evidence->runs.len; i++) {
		add_recorded(graph, i);
	}
}

static int compare_times(const void *a, const void *b, void *payload)
{
	const struct node *nodes = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	int64_t left_us = nodes[left].time_us, right_us = nodes[right].time_us;

	if (left_us != right_us) {
		return left_us < right_us ? -1 : 1;
	}
	return (left > right) - (left < right);
}

static size_t open_parent(const struct graph *graph, const struct node *node)
{
	size_t best = NO_INDEX;

	VEC_EACH (const size_t, parent, &node->parents) {
		if (graph->nodes.items[*parent].state == NODE_NEW &&
		    (best == NO_INDEX || compare_times(parent, &best, graph->nodes.items) < 0)) {
			best = *parent;
		}
	}
	return best;
}

/* The oldest first, each behind its ancestors. A circle, which only a database from elsewhere can hold,
 * is cut where it is met. */
static void order_nodes(struct graph *graph, size_t *order)
{
	AUTO_FREE size_t *by_time = mem_array(graph->nodes.len + 1, sizeof(*by_time));
	AUTO_FREE size_t *stack = mem_array(graph->nodes.len + 1, sizeof(*stack));
	size_t count = 0, depth = 0;

	for (size_t i = 0; i < graph->nodes.len; i++) {
		by_time[i] = i;
	}
	qsort_r(by_time, graph->nodes.len, sizeof(*by_time), compare_times, graph->nodes.items);
	for (size_t i = 0; i < graph->nodes.len; i++) {
		if (graph->nodes.items[by_time[i]].state == NODE_NEW) {
			stack[depth++] = by_time[i];
		}
		while (depth > 0) {
			struct node *node = &graph->nodes.items[stack[depth - 1]];
			size_t parent = open_parent(graph, node);

			node->state = NODE_OPEN;
			if (parent != NO_INDEX) {
				stack[depth++] = parent;
				graph->nodes.items[parent].state = NODE_OPEN;
			} else {
				node->state = NODE_DONE;
				order[count++] = stack[--depth];
			}
		}
	}
}

static void place_nodes(const struct graph *graph, const size_t *order, size_t *position_of,
			struct timeline *out)
{
	const char *last_source = NULL;
	size_t last = NO_INDEX;

	for (size_t i = 0; i < graph->nodes.len; i++) {
		const struct node *node = &graph->nodes.items[order[i]];
		size_t position = NO_INDEX;

		if (node->run != NO_INDEX && node->source && str_eq(node->source, last_source)) {
			position = last;
		} else if (node->run != NO_INDEX) {
			position = out->positions++;
			out->first[position] = i;
		}
		if (node->run != NO_INDEX && node->source) {
			last_source = node->source;
			last = position;
		}
		position_of[order[i]] = position;
		*VEC_PUSH(&out->commits) = (struct timeline_commit){node->id, position, node->run};
	}
}

static void keep_parents(const struct graph *graph, const size_t *order, struct timeline *out)
{
	AUTO_FREE size_t *index = mem_array(graph->nodes.len + 1, sizeof(*index));
	size_t total = 0;

	for (size_t i = 0; i < graph->nodes.len; i++) {
		index[order[i]] = i;
		total += graph->nodes.items[i].parents.len;
	}
	out->parent_end = mem_array(graph->nodes.len + 1, sizeof(*out->parent_end));
	out->parents = mem_array(total + 1, sizeof(*out->parents));
	total = 0;
	for (size_t i = 0; i < graph->nodes.len; i++) {
		VEC_EACH (const size_t, parent, &graph->nodes.items[order[i]].parents) {
			/* of a circle only what leads back */
			if (index[*parent] < i) {
				out->parents[total++] = index[*parent];
			}
		}
		out->parent_end[i] = total;
	}
}

/* Alone among many, a commit without any relation stands where its time says. */
static size_t count_unplaced(const struct graph *graph)
{
	AUTO_FREE bool *related = mem_array(graph->nodes.len + 1, sizeof(*related));
	size_t count = 0;

	for (size_t i = 0; i < graph->nodes.len; i++) {
		VEC_EACH (const size_t, parent, &graph->nodes.items[i].parents) {
			related[i] = related[*parent] = true;
		}
	}
	for (size_t i = 0; i < graph->evidence->runs.len; i++) {
		size_t node = graph->node_of[i];

		count += node < graph->nodes.len && graph->nodes.items[node].source &&
			 !related[node];
	}
	return graph->by_id.len > 1 ? count : 0;
}

void timeline_make(const struct evidence *evidence, struct timeline *out)
{
	CLEANUP(graph_end) struct graph graph = {.evidence = evidence};
	AUTO_FREE size_t *order = NULL, *position_of = NULL;

	*out = (struct timeline){.position = mem_array(evidence->runs.len + 1, sizeof(size_t))};
	make_graph(&graph);
	order = mem_array(graph.nodes.len + 1, sizeof(*order));
	position_of = mem_array(graph.nodes.len + 1, sizeof(*position_of));
	out->first = mem_array(graph.nodes.len + 1, sizeof(*out->first));
	order_nodes(&graph, order);
	place_nodes(&graph, order, position_of, out);
	keep_parents(&graph, order, out);
	for (size_t i = 0; i < evidence->runs.len; i++) {
		out->position[i] = position_of[graph.node_of[i]];
	}
	out->unplaced = count_unplaced(&graph);
}

void timeline_release(struct timeline *timeline)
{
	VEC_FREE(&timeline->commits);
	free(timeline->position);
	free(timeline->first);
	free(timeline->parent_end);
	free(timeline->parents);
	*timeline = (struct timeline){0};
}

bool timeline_mark_ancestors(const struct timeline *timeline, size_t position, bool *marks)
{
	size_t from = timeline->first[position];

	marks[from] = true;
	/* parents stand in front of their children */
	for (size_t i = from + 1; i > 0; i--) {
		size_t at = i > 1 ? timeline->parent_end[i - 2] : 0;

		for (; marks[i - 1] && at < timeline->parent_end[i - 1]; at++) {
			marks[timeline->parents[at]] = true;
		}
	}
	return timeline->parent_end[from] > (from > 0 ? timeline->parent_end[from - 1] : 0);
}

bool timeline_mark_positions(const struct timeline *timeline, size_t position, bool *marks)
{
	AUTO_FREE bool *commits = mem_array(timeline->commits.len + 1, sizeof(*commits));
	bool known = timeline_mark_ancestors(timeline, position, commits);

	for (size_t i = 0; i < timeline->commits.len; i++) {
		size_t at = timeline->commits.items[i].position;

		if (commits[i] && at != NO_INDEX) {
			marks[at] = true;
		}
	}
	marks[position] = true;
	return known;
}

void commit_span_release(struct commit_span *span)
{
	free(span->suspects);
	*span = (struct commit_span){0};
}

static void find_suspects(const struct timeline *timeline, size_t after, size_t position,
			  struct commit_span *out)
{
	bool all = !timeline_mark_ancestors(timeline, position, out->suspects);

	/* what the content before comes from stands in front of it */
	for (size_t i = out->first; i <= out->last; i++) {
		const struct timeline_commit *commit = &timeline->commits.items[i];

		/* the same content as before changed nothing */
		out->suspects[i] = commit->id && (all || out->suspects[i]) &&
				   (after == NO_INDEX || commit->position != after);
	}
}

bool timeline_span(const struct timeline *timeline, size_t after, size_t position,
		   struct commit_span *out)
{
	*out = (struct commit_span){
		.first = after == NO_INDEX ? 0 : timeline->first[after] + 1,
		.last = timeline->first[position],
		.suspects = mem_array(timeline->commits.len + 1, sizeof(*out->suspects)),
	};
	find_suspects(timeline, after, position, out);
	for (size_t i = out->first; i <= out->last; i++) {
		if (out->suspects[i]) {
			out->low = out->low ? out->low : timeline->commits.items[i].id;
			out->high = timeline->commits.items[i].id;
			out->count++;
		}
	}
	return out->low != NULL;
}
