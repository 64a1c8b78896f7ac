-- The last complete listing of a folder, so that it opens at once the next time.
CREATE TABLE listings (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  bucket TEXT NOT NULL,
  prefix TEXT NOT NULL,
  listed_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, -- the longest unopened go first
  bytes INTEGER NOT NULL, -- of `rows`
  rows BLOB NOT NULL,
  PRIMARY KEY (connection_id, bucket, prefix)
) STRICT;

-- How a person looks at a folder: columns, widths, sort, list or grid; as JSON.
CREATE TABLE folder_looks (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  prefix TEXT NOT NULL,
  look TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, prefix)
) STRICT, WITHOUT ROWID;

-- Folders that were opened, for the way back to them.
CREATE TABLE recent (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  prefix TEXT NOT NULL,
  visited_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, prefix)
) STRICT, WITHOUT ROWID;
