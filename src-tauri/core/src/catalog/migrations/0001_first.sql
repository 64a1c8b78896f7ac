-- Times are milliseconds since 1970 UTC. Keys, never URLs. No secrets.

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  definition TEXT NOT NULL, -- the connection as JSON, without secrets
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE courses (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  prefix TEXT NOT NULL,
  title TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (connection_id, prefix)
) STRICT;

CREATE TABLE materials (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT,
  checksum TEXT, -- "algorithm:base64"
  content_type TEXT,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, bucket, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfers (
  id TEXT PRIMARY KEY,
  batch TEXT NOT NULL, -- one user action
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('upload', 'download', 'copy')),
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  local_path TEXT,
  size INTEGER NOT NULL,
  source_modified_at INTEGER,
  part_size INTEGER,
  upload_id TEXT,
  condition TEXT, -- what must hold at the key for the write, as JSON
  state TEXT NOT NULL,
  checksum TEXT, -- "algorithm:base64"
  error TEXT, -- the error as JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX transfers_by_batch ON transfers (batch);
CREATE INDEX transfers_by_state ON transfers (state, updated_at);

CREATE TABLE transfer_parts (
  transfer_id TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum TEXT,
  PRIMARY KEY (transfer_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version_id TEXT,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  requested_seconds INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  limited_by TEXT NOT NULL,
  disposition TEXT NOT NULL CHECK (disposition IN ('view', 'download')),
  file_name TEXT NOT NULL,
  note TEXT
) STRICT;
CREATE INDEX links_by_key ON links (connection_id, bucket, key, ends_at);

CREATE TABLE deletions (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  bucket TEXT NOT NULL,
  title TEXT NOT NULL, -- what the person saw, e.g. "Week 3" or "4 files"
  undo TEXT NOT NULL CHECK (undo IN ('version', 'bin', 'none')),
  deleted_by TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

CREATE TABLE bin (
  deletion_id TEXT NOT NULL REFERENCES deletions (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  size INTEGER NOT NULL,
  marker_version_id TEXT, -- the delete marker this deletion made
  bin_key TEXT, -- where the object lies meanwhile
  material TEXT, -- the catalogue record that goes with it, as JSON
  deleted_at INTEGER, -- the store said so; NULL: it was about to be deleted, and nobody knows
  restored_at INTEGER,
  PRIMARY KEY (deletion_id, key)
) STRICT, WITHOUT ROWID;

-- Append-only; each entry carries the hash of the one before it.
CREATE TABLE activity (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  connection_name TEXT NOT NULL,
  bucket TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT, -- JSON
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
