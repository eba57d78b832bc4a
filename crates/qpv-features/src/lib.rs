//! One set of features for the dependencies of every build.
//!
//! Cargo compiles a dependency once per set of features, and picks the features by the crates that a command names. So
//! testing one crate, or building the program alone, compiled most dependencies again. Each crate therefore names this one
//! in its `dev-dependencies`, with the feature `all`; the program names it without. It holds no code.
