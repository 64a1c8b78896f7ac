-- What described objects before they were edited, and the way back.

CREATE TABLE edits (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  bucket TEXT NOT NULL,
  title TEXT NOT NULL, -- what the person saw, e.g. "plan.pdf" or "4 files"
  edited_by TEXT NOT NULL,
  edited_at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

CREATE TABLE edited (
  edit_id TEXT NOT NULL REFERENCES edits (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  size INTEGER NOT NULL,
  before TEXT NOT NULL, -- headers and tags as JSON, as far as the edit is about them
  after TEXT NOT NULL, -- likewise
  etag TEXT, -- of the object that the edit left, where known
  edited_at INTEGER, -- the store said so; NULL: it was about to be edited, and nobody knows
  put_back_at INTEGER,
  PRIMARY KEY (edit_id, key)
) STRICT, WITHOUT ROWID;
