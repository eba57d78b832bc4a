//! `qpv keys add`, `list` and `revoke`: who may ask a service that asks for keys.

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use qpv_access::{KeyFile, KeyName, KeyRecord, KeyRequest, KeyText, Scope, Scopes};
use qpv_service::today;
use serde::Serialize;

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, remark};

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key, and print it once: only its hash is kept
    Add(AddKeyArgs),
    /// List the keys, without their secrets
    List,
    /// Revoke a key; a running service knows within seconds, and ends its sessions
    Revoke(RevokeKeyArgs),
}

#[derive(Debug, Args)]
pub struct AddKeyArgs {
    /// The name to know it by: a person, a desk or a program
    #[arg(value_name = "NAME")]
    pub name: KeyName,
    /// What it opens: `check` answers about one place, and maps; `batch` lists and tables; `admin` figures about the service
    #[arg(long, value_delimiter = ',', num_args = 1.., default_value = "check", value_name = "SCOPE", value_parser = scope)]
    pub scope: Vec<Scope>,
    /// The last day on which it is valid, such as 2027-12-31 [default: until it is revoked]
    #[arg(long, value_name = "DAY")]
    pub expires: Option<Date>,
}

#[derive(Debug, Args)]
pub struct RevokeKeyArgs {
    /// The name of the key, or its identifier: the digits after `qpv_`
    #[arg(value_name = "NAME|ID")]
    pub key: String,
}

/// A key as JSON, without its hash.
#[derive(Serialize)]
struct KeyAnswer<'a> {
    id: String,
    name: &'a str,
    scopes: Scopes,
    created: Date,
    expires: Option<Date>,
    /// It has not expired.
    valid: bool,
    /// The key itself, when it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl<'a> KeyAnswer<'a> {
    fn new(record: &'a KeyRecord, key: Option<&KeyText>) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name.as_str(),
            scopes: record.scopes,
            created: record.created,
            expires: record.expires,
            valid: record.is_valid_on(today()),
            key: key.map(KeyText::reveal),
        }
    }
}

/// Runs a command on keys.
pub fn run(settings: &Settings, command: KeysCommand) -> anyhow::Result<Outcome> {
    let file = KeyFile::in_data_folder(&settings.data);
    match command {
        KeysCommand::Add(args) => add(settings, &file, args),
        KeysCommand::List => list(settings, &file),
        KeysCommand::Revoke(args) => revoke(settings, &file, &args),
    }
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = "expected check, batch or admin";
    text.parse().map_err(|_| known.to_owned())
}

/// Makes a key and prints it.
fn add(settings: &Settings, file: &KeyFile, args: AddKeyArgs) -> anyhow::Result<Outcome> {
    let request = KeyRequest {
        name: args.name,
        scopes: args.scope.into_iter().collect(),
        expires: args.expires,
    };
    let (record, key) = file.add(request, today())?;
    if settings.json {
        print_json(&KeyAnswer::new(&record, Some(&key)))?;
    } else {
        print(&key.reveal())?;
    }
    // On standard error: scripts read the key from standard output.
    remark(
        settings.quiet,
        "qpv: keep this key now: only its hash is stored, and nothing shows it again",
    );
    Ok(Outcome::Done)
}

/// Prints the keys, in the order in which they were made.
fn list(settings: &Settings, file: &KeyFile) -> anyhow::Result<Outcome> {
    let keys = file.read()?;
    if settings.json {
        let answers: Vec<KeyAnswer> = keys.iter().map(|key| KeyAnswer::new(key, None)).collect();
        print_json(&answers)?;
    } else if keys.is_empty() {
        remark(settings.quiet, "qpv: there is no key: `qpv keys add NAME`");
    } else {
        keys.iter().try_for_each(|key| print(&line(key)))?;
    }
    Ok(Outcome::Done)
}

/// Returns a line about a key: identifier, name, scopes, days.
fn line(key: &KeyRecord) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(Into::into).collect();
    let end = match key.expires {
        Some(last) if key.is_valid_on(today()) => format!("valid up to {last}"),
        Some(last) => format!("expired on {last}"),
        None => "valid until revoked".to_owned(),
    };
    format!(
        "{}  {}  {}  made on {}, {end}",
        key.id,
        key.name,
        scopes.join(","),
        key.created
    )
}

/// Revokes a key.
fn revoke(settings: &Settings, file: &KeyFile, args: &RevokeKeyArgs) -> anyhow::Result<Outcome> {
    let revoked = file
        .revoke(&args.key)
        .with_context(|| "nothing was revoked")?;
    if settings.json {
        print_json(&KeyAnswer::new(&revoked, None))?;
    } else {
        let (id, name) = (revoked.id, &revoked.name);
        remark(settings.quiet, &format!("qpv: revoked {id} ({name})"));
    }
    Ok(Outcome::Done)
}
