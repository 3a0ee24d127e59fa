//! Fixtures for tests only.
