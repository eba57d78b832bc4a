//! End to end: the built program, on the national files, as a user runs it.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod access;
mod addresses;
mod batch;
mod commands;
mod comparisons;
mod context;
mod copied;
mod durability;
mod eligibility;
mod faults;
mod fetching;
mod figures;
mod harness;
mod hostile;
mod hostile_parquet;
mod lists;
mod one_answer;
mod own;
mod packaging;
mod programme_comparisons;
mod programmes;
mod pulling;
mod report_text;
mod reports;
mod serving;
mod shares;
mod tiles;
mod zonings;
