//! Links, put to every server and opened with a client of their own.

use std::time::{Duration, Instant};

use lectern_core::Code;
use lectern_core::link::{self, Disposition, LimitedBy, LinkRequest};
use lectern_core::properties;

use crate::fetched::fetch;
use crate::listed::{rows, watch};
use crate::server::{Bed, Kind};

fn request(seconds: u32, disposition: Disposition) -> LinkRequest {
    LinkRequest {
        seconds,
        disposition,
        note: None,
    }
}

on_every_server!(a_link_to_view_opens_in_the_browser, []);
async fn a_link_to_view_opens_in_the_browser(bed: Bed) {
    let key = "week 1/\u{dc}bung & L\u{f6}sung.txt";
    bed.put(key, "Größe".as_bytes()).await;

    let (_, url) = link::make(
        &bed.lectern,
        &bed.connection.id,
        key,
        &request(600, Disposition::View),
    )
    .await
    .unwrap();
    let fetched = fetch(&url).await;

    assert_eq!(
        (fetched.status, fetched.body.as_slice()),
        (200, "Größe".as_bytes())
    );
    let disposition = fetched.header("content-disposition").unwrap();
    assert!(disposition.starts_with("inline; filename=\"Ubung & Losung.txt\""));
    assert!(disposition.ends_with("filename*=UTF-8''%C3%9Cbung%20&%20L%C3%B6sung.txt"));
    assert_eq!(
        fetched.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
}

on_every_server!(a_link_to_download_names_the_file, []);
async fn a_link_to_download_names_the_file(bed: Bed) {
    bed.put("a/slides.pdf", b"%PDF").await;

    let (_, url) = link::make(
        &bed.lectern,
        &bed.connection.id,
        "a/slides.pdf",
        &request(600, Disposition::Download),
    )
    .await
    .unwrap();
    let fetched = fetch(&url).await;

    assert_eq!(
        (fetched.status, fetched.body.as_slice()),
        (200, &b"%PDF"[..])
    );
    assert_eq!(
        fetched.header("content-disposition"),
        Some("attachment; filename=\"slides.pdf\"; filename*=UTF-8''slides.pdf")
    );
}

on_every_server!(links_to_odd_keys_open, [AnyKey]);
async fn links_to_odd_keys_open(bed: Bed) {
    for key in [
        "a b+c&d=e#f?g%20h.txt",
        "d//nameless/x",
        "~!*'();:@,$[] .txt",
        "\u{e9}\u{1f600}\u{202e}.txt",
    ] {
        bed.put(key, key.as_bytes()).await;

        let (_, url) = link::make(
            &bed.lectern,
            &bed.connection.id,
            key,
            &request(600, Disposition::View),
        )
        .await
        .unwrap();
        let fetched = fetch(&url).await;

        assert_eq!(
            (fetched.status, fetched.body.as_slice()),
            (200, key.as_bytes()),
            "{key}"
        );
    }
}

on_every_server!(a_link_is_refused_once_it_has_ended, [Signatures]);
async fn a_link_is_refused_once_it_has_ended(bed: Bed) {
    bed.put("a.txt", b"x").await;
    let (made, url) = link::make(
        &bed.lectern,
        &bed.connection.id,
        "a.txt",
        &request(2, Disposition::View),
    )
    .await
    .unwrap();
    assert!(made.ends_at <= bed.lectern.clock.now_ms() + 2_000);

    let limit = Instant::now() + Duration::from_secs(15);
    let mut answers = vec![fetch(&url).await.status];
    while answers.last() == Some(&200) && Instant::now() < limit {
        tokio::time::sleep(Duration::from_millis(100)).await;
        answers.push(fetch(&url).await.status);
    }

    assert_eq!(answers[0], 200, "it works until it ends");
    assert!([400, 403].contains(answers.last().unwrap()), "{answers:?}");
    assert!(bed.lectern.clock.now_ms() >= made.ends_at);
    let error = link::again(&bed.lectern, &made.id).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert!(error.next_step.is_some());
    assert!(link::list(&bed.lectern).unwrap()[0].ended);
}

on_every_server!(a_link_that_was_tampered_with_is_refused, [Signatures]);
async fn a_link_that_was_tampered_with_is_refused(bed: Bed) {
    bed.put("a.txt", b"x").await;
    bed.put("b.txt", b"secret").await;
    let (made, _) = link::make(
        &bed.lectern,
        &bed.connection.id,
        "a.txt",
        &request(60, Disposition::View),
    )
    .await
    .unwrap();

    // The ledger signs for the key it holds, so that only the URL could be bent.
    let (_, url) = link::again(&bed.lectern, &made.id).await.unwrap();
    let bent = url.expose().replacen("a.txt", "b.txt", 1);
    let status = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        agent.get(&bent).call().unwrap().status().as_u16()
    })
    .await
    .unwrap();

    assert_eq!(status, 403);
}

on_every_server!(no_link_is_made_to_what_is_not_there, []);
async fn no_link_is_made_to_what_is_not_there(bed: Bed) {
    let error = link::make(
        &bed.lectern,
        &bed.connection.id,
        "missing.txt",
        &request(60, Disposition::View),
    )
    .await
    .unwrap_err();

    assert_eq!(error.code, Code::NotFound);
    assert!(link::list(&bed.lectern).unwrap().is_empty());
}

on_every_server!(the_ledger_knows_the_link_and_the_list_shows_it, []);
async fn the_ledger_knows_the_link_and_the_list_shows_it(bed: Bed) {
    bed.put("w/a.txt", b"x").await;
    bed.put("w/b.txt", b"x").await;
    let id = &bed.connection.id;
    let mut view = watch(&bed.lectern, id, "w/").await;
    view.finished().await;

    let asked = LinkRequest {
        note: Some("for week 1".into()),
        ..request(3_600, Disposition::Download)
    };
    let (made, url) = link::make(&bed.lectern, id, "w/b.txt", &asked)
        .await
        .unwrap();

    let ledger = link::list(&bed.lectern).unwrap();
    assert_eq!(ledger, std::slice::from_ref(&made));
    assert_eq!(
        (made.requested_seconds, made.limited_by, made.ended),
        (3_600, LimitedBy::Request, false)
    );
    assert!(!format!("{ledger:?}").contains("X-Amz"));
    assert!(url.expose().contains("X-Amz-Expires=3600"));
    let shared: Vec<_> = rows(&bed.lectern, view.id)
        .await
        .into_iter()
        .map(|row| row.shared_until)
        .collect();
    assert_eq!(shared, [None, Some(made.ends_at)]);
    let mut again = watch(&bed.lectern, id, "w/").await;
    again.finished().await;
    assert_eq!(
        rows(&bed.lectern, again.id).await[1].shared_until,
        Some(made.ends_at)
    );
    let options = link::options(&bed.lectern, id, "w/b.txt").await.unwrap();
    assert_eq!(options.good_until, [made.ends_at]);
    let details = properties::properties(&bed.lectern, id, "w/b.txt")
        .await
        .unwrap();
    let ends: Vec<_> = details.links.iter().map(|link| link.ends_at).collect();
    assert_eq!(ends, [made.ends_at]);
}

on_every_server!(a_link_is_signed_again_for_the_time_it_has_left, []);
async fn a_link_is_signed_again_for_the_time_it_has_left(bed: Bed) {
    bed.put("a.txt", b"x").await;
    let (made, _) = link::make(
        &bed.lectern,
        &bed.connection.id,
        "a.txt",
        &request(600, Disposition::View),
    )
    .await
    .unwrap();

    let (again, url) = link::again(&bed.lectern, &made.id).await.unwrap();

    assert_eq!(again.ends_at, made.ends_at);
    assert_eq!(fetch(&url).await.status, 200);
    assert_eq!(link::list(&bed.lectern).unwrap().len(), 1);
}

on_every_server!(the_choices_say_when_each_ends, []);
async fn the_choices_say_when_each_ends(bed: Bed) {
    let mut settings = lectern_core::settings::get(&bed.lectern).unwrap();
    settings.link_seconds = 7_200;
    lectern_core::settings::set(&bed.lectern, &settings).unwrap();

    let options = link::options(&bed.lectern, &bed.connection.id, "w/a.txt")
        .await
        .unwrap();

    assert_eq!(options.name, "a.txt");
    assert_eq!(options.default_seconds, 7_200);
    let lengths: Vec<_> = options
        .choices
        .iter()
        .map(|choice| choice.requested_seconds)
        .collect();
    assert_eq!(lengths, [900, 3_600, 7_200, 28_800, 86_400, 604_800]);
    assert!(options.choices.iter().all(|choice| !choice.may_end_sooner));
    assert!(
        options
            .choices
            .windows(2)
            .all(|two| two[0].ends_at < two[1].ends_at)
    );
    let practice = matches!(bed.kind, Kind::Practice | Kind::PracticeVersioned);
    assert_eq!(options.only_here, practice);
}
