//! What a key may be called, on S3 and on each disk.
