-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 7: step 6 -> 7, failures that the quarantine excused.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too. fixtures/history/v7.sql keeps a
-- database of it.

-- What the row of the ledger calls the test; NULL: no row excused the failure
ALTER TABLE retry ADD COLUMN excused_by TEXT;
