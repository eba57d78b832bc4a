//! `qpv geocode`: the addresses that match a text.

use clap::Args;
use qpv_french::{key, sentence};
use qpv_http::wire::{AddressCollection, AddressFeature};

use crate::addresses::{address_text, filter, or_fail, show, show_notice};
use crate::args::{AddressScope, Settings};
use crate::output::{Outcome, check_files, print, print_json};
use qpv_service::{AddressSearch, search_addresses};

#[derive(Debug, Args)]
pub struct GeocodeArgs {
    /// The address; several words need no quotes; `-` reads it from standard input
    #[arg(required = true, value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// How many answers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub limit: u8,
    #[command(flatten)]
    pub scope: AddressScope,
}

/// Searches the address and prints the matches.
pub fn run(settings: &Settings, args: &GeocodeArgs) -> anyhow::Result<Outcome> {
    let snapshot = settings.service(args.scope.dataset.as_deref())?.snapshot();
    let (question, limit) = (address_text(&args.address)?, usize::from(args.limit));
    let found = or_fail(search_addresses(
        &snapshot,
        &AddressSearch {
            text: &question,
            // A command line is complete: its last word is no beginning of another.
            is_prefix: false,
            filter: &filter(&args.scope),
            limit,
        },
    ))?;
    check_files(settings.quiet, &snapshot)?;
    if settings.json {
        let features = found.iter().map(AddressFeature::new).collect();
        print_json(&AddressCollection::new(
            &snapshot,
            features,
            Some(&question),
            limit,
        ))?;
    } else {
        for candidate in &found {
            show(candidate)?;
        }
        if found.is_empty() {
            print(&sentence(key::CHECK_DOUBT_NOT_FOUND, &[]))?;
        }
        show_notice(&snapshot)?;
    }
    Ok(if found.is_empty() {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}
