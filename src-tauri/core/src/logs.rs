//! The rotating log file.
