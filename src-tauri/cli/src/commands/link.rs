//! `link`: an expiring link to one object.

use clap::Args;
use lectern_core::link::{self, Disposition, Expiry, LimitedBy, LinkRequest};
use lectern_core::settings;
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::{duration, shown};

/// Make a link that ends by itself
///
/// Whoever has the link can read the file until it ends, so it is printed and kept
/// nowhere. It ends at the earliest of: the time asked for, seven days, and the end of
/// the credentials that sign it; the real end is said.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli link biology:week-3/slides.pdf
  lectern-cli link --expires 7d --download biology:week-3/slides.pdf
  lectern-cli --from-env link --expires 90s --json s3://course-materials/slides.pdf

With --json, one line; \"limited_by\" is request, seven_days or credentials, and with
\"may_end_sooner\" the credentials are temporary and do not tell when they end:
  {\"url\":\"https://…\",\"ends_at\":\"2026-03-01T10:30:00Z\",\"limited_by\":\"request\",
   \"may_end_sooner\":false,\"requested_seconds\":3600,\"only_here\":false,
   \"bucket\":\"course-materials\",\"key\":\"week-3/slides.pdf\"}")]
pub struct Link {
    /// The object: s3://BUCKET/KEY or CONNECTION:KEY
    path: String,
    /// How long it works, like 90s, 15m, 2h or 7d; without it, as in the settings (1h)
    #[arg(long, short, value_name = "TIME", value_parser = duration::seconds)]
    expires: Option<u32>,
    /// The browser saves the file instead of showing it
    #[arg(long, short)]
    download: bool,
}

pub async fn run(command: Link, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let place = session.place(&command.path)?;
    if place.is_folder() {
        return Err(Failure::usage(
            "A link leads to one file, and this is a folder.",
            "Name a file in it.",
        ));
    }
    let (lectern, id) = (&session.lectern, &place.connection.id);
    let seconds = match command.expires {
        Some(seconds) => seconds,
        None => settings::get(lectern)?.link_seconds,
    };
    let disposition = if command.download {
        Disposition::Download
    } else {
        Disposition::View
    };
    let request = LinkRequest {
        seconds,
        disposition,
        note: None,
    };
    let expiry = link::expiry(lectern, id, seconds).await?;
    let (made, url) = link::make(lectern, id, &place.key, &request).await?;
    let only_here = place.connection.is_practice();
    if output.is_json() {
        output.object(&json!({
            "url": url.expose(),
            "ends_at": shown::rfc3339(made.ends_at),
            "limited_by": shown::word(&made.limited_by),
            "may_end_sooner": expiry.may_end_sooner,
            "requested_seconds": seconds,
            "only_here": only_here,
            "bucket": made.bucket,
            "key": made.key,
        }))?;
        return Ok(());
    }
    output.line(url.expose())?;
    output.note(&format!("It works until {}.", shown::local(made.ends_at)));
    for remark in remarks(made.limited_by, &expiry, only_here) {
        output.note(remark);
    }
    Ok(())
}

fn remarks(limited_by: LimitedBy, expiry: &Expiry, only_here: bool) -> Vec<&'static str> {
    let mut remarks = Vec::new();
    match limited_by {
        LimitedBy::Request => {}
        LimitedBy::SevenDays => remarks.push("No link can work longer than seven days."),
        LimitedBy::Credentials => {
            remarks.push("That is sooner than asked: the credentials that sign it end then.");
        }
    }
    if expiry.may_end_sooner {
        remarks.push(
            "It may end sooner: the credentials are temporary and do not tell when they end.",
        );
    }
    if only_here {
        remarks.push("It works only on this computer, while the practice bucket is served.");
    }
    remarks
}
