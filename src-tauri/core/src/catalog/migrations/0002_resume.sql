-- One user action. Whoever runs it holds the lock of its runner.
CREATE TABLE transfer_batches (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('upload', 'download', 'copy')),
  target TEXT NOT NULL, -- where to, as the person knows it
  runner TEXT NOT NULL, -- the run of Lectern that has it in hand
  created_at INTEGER NOT NULL
) STRICT;

ALTER TABLE transfers DROP COLUMN local_path;
ALTER TABLE transfers DROP COLUMN source_modified_at;
ALTER TABLE transfers DROP COLUMN condition;
ALTER TABLE transfers ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfers ADD COLUMN item TEXT NOT NULL DEFAULT ''; -- all it takes to do it, as JSON
ALTER TABLE transfers ADD COLUMN etag TEXT; -- of the object that a download fetches

-- What was begun before all of it was written down cannot be taken up.
UPDATE transfers SET state = 'failed' WHERE state IN ('waiting', 'running');
