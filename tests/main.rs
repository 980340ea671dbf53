//! Tests of the workspace as its users see it: one binary, one module for each topic.
mod quick_test;
