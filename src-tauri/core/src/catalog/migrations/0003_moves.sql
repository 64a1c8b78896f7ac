ALTER TABLE transfers ADD COLUMN stored_etag TEXT; -- of the object that a copy made
ALTER TABLE transfers ADD COLUMN taken_back_at INTEGER; -- the move was undone
