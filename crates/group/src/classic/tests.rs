//! The life of a classic group, told as tests.
