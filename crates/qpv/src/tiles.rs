//! `qpv tiles build`: all tiles in one PMTiles file, for a static host.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use qpv_service::layers::tiles::ArchiveRequest;

use crate::args::Settings;
use crate::output::{Outcome, print_json, remark, thousands};
use crate::output_file::OutputFile;

#[derive(Debug, Subcommand)]
pub enum TilesCommand {
    /// Write all tiles to one file (PMTiles) that a static host can serve
    Build(BuildTilesArgs),
}

#[derive(Debug, Args)]
pub struct BuildTilesArgs {
    /// The file (.pmtiles); it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Only these layers, by the names that /tiles lists, a comma between them [default: all but streets, addresses, parcels and buildings]
    #[arg(long, value_delimiter = ',', value_name = "LAYERS")]
    pub layers: Vec<String>,
    /// The first zoom
    #[arg(long, default_value_t = 0, value_name = "ZOOM", value_parser = clap::value_parser!(u8).range(0..=15))]
    pub minzoom: u8,
    /// The last zoom
    #[arg(long, default_value_t = 14, value_name = "ZOOM", value_parser = clap::value_parser!(u8).range(0..=15))]
    pub maxzoom: u8,
    /// Replace a file that exists
    #[arg(long, short)]
    pub force: bool,
    /// From this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Builds the file of tiles.
pub fn build(settings: &Settings, args: &BuildTilesArgs) -> anyhow::Result<Outcome> {
    if args.minzoom > args.maxzoom {
        bail!(
            "--minzoom {} is beyond --maxzoom {}",
            args.minzoom,
            args.maxzoom
        );
    }
    if args.output.as_os_str() == "-" {
        bail!(
            "an archive is written back and forth, which standard output does not allow: name a file"
        );
    }
    let name = args.output.display().to_string();
    // Checked now rather than after minutes of work.
    if args.output.exists() && !args.force {
        bail!("{name} exists; --force replaces it");
    }
    if let Some(folder) = args
        .output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let started = Instant::now();
    let derived = settings.service(args.dataset.as_deref())?.derived();
    let target = OutputFile::new(&args.output)?;
    let bar = bar(settings.quiet);
    let layers = (!args.layers.is_empty()).then(|| args.layers.join(","));
    let request = ArchiveRequest {
        names: layers.as_deref(),
        zooms: args.minzoom..=args.maxzoom,
    };
    let report = derived.write_tiles(&request, target.file(), |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    let bytes = target
        .file()
        .metadata()
        .with_context(|| name.clone())?
        .len();
    target.keep(args.force)?;
    if settings.json {
        let digest = derived.snapshot().digest();
        print_json(
            &serde_json::json!({"file": name, "tiles": report.tiles, "bytes": bytes, "digest": digest}),
        )?;
    } else {
        let (tiles, kilobytes) = (thousands(report.tiles), thousands(bytes.div_ceil(1000)));
        let seconds = started.elapsed().as_secs_f64();
        remark(
            settings.quiet,
            &format!("{name}: {tiles} tiles, {kilobytes} kB, {seconds:.1} s"),
        );
    }
    Ok(Outcome::Done)
}

/// Returns the progress bar on standard error.
fn bar(quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("tiles {bar:30} {pos} / {len}, {eta} left");
    ProgressBar::no_length().with_style(style.expect("the template is well formed"))
}
