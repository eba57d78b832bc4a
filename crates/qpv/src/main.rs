//! The `qpv` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(qpv::run_command_line(std::env::args_os()))
}
