-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 6: step 5 -> 6, histories that travel and are kept small: what arrives in any order comes out
-- the same, and what is old may lose its results.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; "packed" is explained in
-- schema_2.sql. fixtures/history/v6.sql keeps a database of it.

-- Not '': other content bears the same key, job and variant. This is the digest of the content of this
-- run (segment.h), and stands at the end of its key too, behind "~".
ALTER TABLE run ADD COLUMN twin TEXT NOT NULL DEFAULT '';
-- 1: its results were dropped for space; its rollup says what is left
ALTER TABLE run ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0 CHECK (thinned IN (0, 1));

-- What segments of a later steady say that this one does not know: it travels on.
CREATE TABLE stray (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	-- the part of the segment that has it (segment.h)
	place TEXT NOT NULL,
	-- a JSON object of the unknown members
	json TEXT NOT NULL,
	PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;
