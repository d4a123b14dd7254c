-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 3: step 2 -> 3, what went on around an attempt. Imports have none of it.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; fixtures/history/v3.sql
-- keeps a database of it.

-- How much machine an attempt of `steady run` had. NULL: the kernel does not tell.
CREATE TABLE conditions (
	attempt_id INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
	-- processors it could use: by affinity, or by the quota of its control group if that is less
	cores REAL NOT NULL,
	-- mean number of processes that wanted to run in the minute before its start and its end
	load_start REAL,
	load_end REAL,
	-- share of its time in which something waited for a processor, 0 to 1
	pressure REAL,
	-- bytes, of its control group; 0: no limit
	memory_limit INTEGER NOT NULL,
	-- processes that its control group killed for memory meanwhile
	oom_kills INTEGER
) STRICT;

-- Why an attempt hung that ran into its time limit, as seen before the first signal.
CREATE TABLE autopsy (
	attempt_id INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
	-- a JSON object of at most 64 KiB, steady.autopsy/1 (docs/hangs.md)
	report TEXT NOT NULL
) STRICT;

-- Processes that outlived an attempt's command and were ended.
CREATE TABLE leak (
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	nth INTEGER NOT NULL,
	-- of the executable, without its folder
	name TEXT NOT NULL,
	-- the command line, cut; '' unknown
	command TEXT NOT NULL,
	-- the TCP ports it listened at, "8000,8001"; '' none
	ports TEXT NOT NULL,
	PRIMARY KEY (attempt_id, nth)
) STRICT, WITHOUT ROWID;
