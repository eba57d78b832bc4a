//! The parts of the Debian package that need no package to be tried: manual, completions, units, settings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Data, workspace};

/// Exposure that `systemd-analyze security` may give the service, of 10.
const MAX_EXPOSURE: f64 = 1.5;

/// Returns a file of the package's sources.
fn packaged(file: &str) -> PathBuf {
    workspace().join("packaging").join(file)
}

/// Returns the commands that a help lists, but for `help` itself.
fn commands_of(help: &str) -> Vec<String> {
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    // A description that goes on in the next line is indented further.
    let names = listed.filter(|line| !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(ToOwned::to_owned)
        .collect()
}

/// Adds the path of every command below one, as typed: `data import`.
fn collect_commands(data: &Data, above: &[String], found: &mut Vec<Vec<String>>) {
    let mut arguments: Vec<&str> = above.iter().map(String::as_str).collect();
    arguments.push("--help");
    for name in commands_of(&data.run(&arguments).out) {
        let path = [above, &[name]].concat();
        collect_commands(data, &path, found);
        found.push(path);
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let ran = data.run(&["man", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut commands = vec![];
    collect_commands(&data, &[], &mut commands);
    assert!(commands.len() > 20, "{commands:?}");
    for command in &commands {
        let (name, above) = command.split_last().unwrap();
        let page = |path: &[String]| {
            let name = [&["qpv".to_owned()], path].concat().join("-");
            std::fs::read_to_string(folder.path().join(format!("{name}.1")))
                .unwrap_or_else(|fault| panic!("{name}.1: {fault}"))
        };
        let own = page(command);
        assert!(own.contains(".SH SYNOPSIS"), "{own}");
        let parent = page(above).replace("\\-", "-");
        let title = [&["qpv".to_owned()], command.as_slice()].concat().join("-");
        assert!(
            parent.contains(&format!("{title}(1)")),
            "{name} is not in {parent}"
        );
    }
    // And no page is left of a command that is gone.
    let pages = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(pages, commands.len() + 1);
}

#[test]
fn completions_complete_in_bash() {
    let script = Data::empty().run(&["completions", "bash"]).out;
    let asked = "\nCOMP_WORDS=(qpv serve --lis) COMP_CWORD=2\n_qpv qpv --lis serve\necho \"${COMPREPLY[*]}\"";
    let output = Command::new("bash")
        .args(["-c", &(script + asked)])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        out.trim(),
        "--listen",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn completions_are_there_for_zsh_and_fish() {
    let data = Data::empty();
    for (shell, start) in [("zsh", "#compdef qpv"), ("fish", "# Print")] {
        let ran = data.run(&["completions", shell]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.out.starts_with(start), "{}", ran.out);
        assert!(ran.out.contains("frame-ancestors"), "{shell}");
    }
}

/// Returns the words of a text that begin with this and go on in letters, digits, `-` and `_`.
fn words_with_prefix<'t>(text: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_".contains(letter)))
        .filter(|word| word.starts_with(prefix))
        .collect()
}

/// Options of every command, and those that ask for help: no settings of a service.
const COMMON_OPTIONS: [&str; 5] = ["--data", "--json", "--quiet", "--help", "--version"];

#[test]
fn the_config_file_names_each_option_of_the_service_and_no_other() {
    let data = Data::empty();
    let settings = std::fs::read_to_string(packaged("qpv.conf")).unwrap();
    let serve = data.run(&["serve", "--help"]).out;
    let pull = data.run(&["data", "pull", "--help"]).out;
    let options = words_with_prefix(&serve, "--");
    assert!(options.len() > COMMON_OPTIONS.len(), "{serve}");
    // Explained on a line of its own.
    for option in options {
        let mut lines = settings.lines().filter_map(|line| line.strip_prefix("# "));
        assert!(
            COMMON_OPTIONS.contains(&option)
                || lines.any(|line| line.split(' ').next() == Some(option)),
            "{option} is not explained in: {settings}"
        );
    }
    for option in words_with_prefix(&settings, "--") {
        let is_known = [&serve, &pull]
            .iter()
            .any(|help| words_with_prefix(help, "--").contains(option));
        // `--now` is one of systemctl.
        assert!(is_known || option == "--now", "there is no {option}");
    }
}

#[test]
fn the_config_file_as_installed_changes_nothing() {
    let settings = std::fs::read_to_string(packaged("qpv.conf")).unwrap();
    let mut lines = settings.lines().filter(|line| !line.is_empty());
    assert!(lines.all(|line| line.starts_with('#')), "{settings}");
    // Each variable of it is one that a unit hands to the program, or that the program reads itself.
    let units = ["qpv.service", "qpv-update.service"]
        .map(|unit| std::fs::read_to_string(packaged(unit)).unwrap())
        .concat();
    let examples = settings.lines().filter_map(|line| {
        line.strip_prefix('#')
            .filter(|line| !line.starts_with(' '))?
            .split_once('=')
    });
    for (name, _) in examples {
        assert!(
            units.contains(&format!("${name}")) || name == "RUST_LOG",
            "{name}"
        );
    }
}

/// Returns what `systemd-analyze` says of a unit.
fn analyze(arguments: &[&str], unit: &Path) -> String {
    let output = Command::new("systemd-analyze")
        .args(arguments)
        .arg(unit)
        .env("SYSTEMD_COLORS", "0")
        .output()
        .expect("`make test` installs systemd-analyze");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_units_are_shut_in() {
    for unit in ["qpv.service", "qpv-update.service"] {
        let said = analyze(&["security", "--offline=true"], &packaged(unit));
        let (_, level) = said
            .split_once("Overall exposure level for ")
            .unwrap_or_else(|| panic!("{said}"));
        let exposure: f64 = level.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(exposure <= MAX_EXPOSURE, "{unit}: {said}");
    }
}

#[test]
fn the_units_are_understood() {
    for unit in ["qpv.service", "qpv-update.service", "qpv-update.timer"] {
        let said = analyze(&["verify", "--man=no"], &packaged(unit));
        // The program is in its place only once the package is installed.
        let faults: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("qpv") && !line.contains("/usr/bin/qpv is not executable"))
            .collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
