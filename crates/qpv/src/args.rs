//! Options that several commands share, and the [`Settings`] made of them. Nothing else reads the environment, but for
//! `RUST_LOG`, which the logs read themselves.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use qpv_service::data::Store;
use qpv_service::model::{CommuneCode, Vintage};
use qpv_service::{DefaultPlace, Service, Snapshot, VintageSelector};

/// Options of every command, accepted after it too.
#[derive(Debug, Args)]
pub struct CommonOptions {
    /// Data folder; may be new or empty [default: the user's data folder, qpv in it]
    #[arg(long, global = true, env = "QPV_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress, no remarks
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The part of the addresses that is searched.
#[derive(Debug, Args)]
pub struct AddressScope {
    /// Only in this postcode
    #[arg(long)]
    pub postcode: Option<u32>,
    /// Only in this commune, by INSEE code
    #[arg(long)]
    pub citycode: Option<CommuneCode>,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// The place of the addresses of a list that name none.
#[derive(Debug, Args)]
pub struct DefaultPlaceArgs {
    /// Postcode of the rows whose address names neither a commune nor a postcode
    #[arg(long, value_name = "POSTCODE", value_parser = postcode)]
    pub default_postcode: Option<u32>,
    /// The same by INSEE code of the commune
    #[arg(long, value_name = "CODE")]
    pub default_citycode: Option<CommuneCode>,
}

impl DefaultPlaceArgs {
    /// Returns the place stated.
    pub fn place(&self) -> DefaultPlace {
        DefaultPlace {
            postcode: self.default_postcode,
            citycode: self.default_citycode,
        }
    }
}

fn postcode(text: &str) -> Result<u32, String> {
    let is_postcode = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.parse().ok().filter(|_| is_postcode);
    code.ok_or_else(|| "expected five digits, e.g. 61100".to_owned())
}

/// The settings that commands work with.
#[derive(Debug)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// Answers are in JSON.
    pub json: bool,
    /// Progress and remarks are not shown.
    pub quiet: bool,
}

impl Settings {
    /// Completes the options of the command line.
    pub fn from_args(common: &CommonOptions) -> anyhow::Result<Self> {
        let data = match &common.data {
            Some(data) => data.clone(),
            None => {
                default_data_folder().context("no data folder: set --data DIR, QPV_DATA or HOME")?
            }
        };
        Ok(Self {
            data,
            json: common.json,
            quiet: common.quiet,
        })
    }

    /// Opens this dataset (by its digest, or the beginning of it), or the current one.
    pub fn service(&self, dataset: Option<&str>) -> anyhow::Result<Service> {
        Ok(match dataset {
            Some(digest) => Service::open_dataset(self.store(), digest)?,
            None => Service::open(self.store())?,
        })
    }

    /// Returns the store of the data folder.
    pub fn store(&self) -> Store {
        Store::new(&self.data)
    }
}

/// Returns the perimeters that answer, as the command line chooses them.
pub fn choice(vintage: Option<Vintage>, on: Option<jiff::civil::Date>) -> VintageSelector {
    match (vintage, on) {
        (Some(vintage), _) => VintageSelector::Vintage(vintage),
        (None, Some(on)) => VintageSelector::InForce(on),
        (None, None) => VintageSelector::today(),
    }
}

/// Checks that a vintage named on the command line is known to the dataset; else the command line is wrong.
pub fn known(snapshot: &Snapshot, vintage: Option<Vintage>) -> anyhow::Result<()> {
    // Which years there are only an open dataset tells.
    vintage.map_or(Ok(()), |vintage| Ok(snapshot.check_vintage(vintage)?))
}

/// Returns the data folder where none is named: `$XDG_DATA_HOME/qpv`, or `~/.local/share/qpv`.
#[must_use]
pub fn default_data_folder() -> Option<PathBuf> {
    let base = absolute_path_in("XDG_DATA_HOME")
        .or_else(|| absolute_path_in("HOME").map(|home| home.join(".local/share")))?;
    Some(base.join("qpv"))
}

/// Returns the path in an environment variable. The XDG specification demands that relative ones be ignored.
fn absolute_path_in(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
