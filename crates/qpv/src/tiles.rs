//! `qpv tiles build`: all tiles in one file for a static host.

use std::fs;
use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{BuildTilesArgs, Settings};
use crate::batch::Target;
use crate::output::{Outcome, print_json, remark, thousands};

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
    let name = || args.output.display().to_string();
    // Said now rather than after the work.
    if args.output.exists() && !args.force {
        bail!("{} exists; --force replaces it", name());
    }
    if let Some(folder) = args
        .output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let started = Instant::now();
    let snapshot = settings.service(args.dataset.as_deref())?.snapshot();
    let target = Target::beside(&args.output)?;
    let bar = bar(settings.quiet);
    let progress = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let layers = (!args.layers.is_empty()).then(|| args.layers.join(","));
    let report = snapshot.write_tiles(
        layers.as_deref(),
        args.minzoom..=args.maxzoom,
        target.file(),
        progress,
    )?;
    bar.finish_and_clear();
    let bytes = target.file().metadata().with_context(name)?.len();
    target.keep(args.force)?;
    if settings.json {
        let digest = snapshot.digest();
        print_json(
            &serde_json::json!({"file": name(), "tiles": report.tiles, "bytes": bytes, "digest": digest}),
        )?;
    } else {
        let (tiles, kilobytes) = (thousands(report.tiles), thousands(bytes.div_ceil(1000)));
        let seconds = started.elapsed().as_secs_f64();
        remark(
            settings.quiet,
            &format!("{}: {tiles} tiles, {kilobytes} kB, {seconds:.1} s", name()),
        );
    }
    Ok(Outcome::Done)
}

fn bar(quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("tiles {bar:30} {pos} / {len}, {eta} left");
    ProgressBar::no_length().with_style(style.expect("the template is well formed"))
}
