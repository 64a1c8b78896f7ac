//! Practice store.
