//! Links signed with temporary credentials, which the environment of a process
//! of its own names.

use lectern_core::connection::CredentialSource;
use lectern_core::link::{self, Disposition, LimitedBy, Link, LinkRequest};

use crate::inside;
use crate::scripted::{Scripted, fine, scripted};

const END: &str = "LECTERN_TEST_END";

fn with_credentials(name: &str, end: Option<jiff::Timestamp>) {
    let end = end.map(|end| end.to_string()).unwrap_or_default();
    inside::run(
        name,
        &[],
        &[
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
            ("AWS_SESSION_TOKEN", "the-token"),
            ("AWS_CREDENTIAL_EXPIRATION", &end),
            (END, &end),
        ],
    );
}

fn in_an_hour() -> jiff::Timestamp {
    let in_an_hour = jiff::Timestamp::now() + std::time::Duration::from_hours(1);
    jiff::Timestamp::from_second(in_an_hour.as_second()).unwrap()
}

/// An open core on a store that has every object, signing as the environment says.
async fn signing() -> Scripted {
    let store = scripted(|_, _| fine()).await;
    let catalog = &store.lectern.catalog;
    let mut connection = catalog.connection(&store.connection).unwrap();
    connection.draft.source = CredentialSource::Environment;
    catalog.update_connection(&connection).unwrap();
    store
}

fn for_two_hours() -> LinkRequest {
    LinkRequest {
        seconds: 7_200,
        disposition: Disposition::View,
        note: None,
    }
}

#[test]
fn a_link_ends_when_its_credentials_end() {
    with_credentials("lifetimes::ends_with_its_credentials", Some(in_an_hour()));
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn ends_with_its_credentials() {
    let end: jiff::Timestamp = std::env::var(END).unwrap().parse().unwrap();
    let store = signing().await;

    let (made, url) = link::make(&store.lectern, &store.connection, "a.txt", &for_two_hours())
        .await
        .unwrap();

    assert_eq!(made.ends_at, end.as_millisecond());
    assert_eq!(made.limited_by, LimitedBy::Credentials);
    assert_eq!(made.requested_seconds, 7_200);
    let told = url.expose().split("X-Amz-Expires=").nth(1).unwrap();
    let seconds: i64 = told.split('&').next().unwrap().parse().unwrap();
    // The signature's date is the whole second before `made_at`.
    assert_eq!(seconds, end.as_second() - made.made_at / 1_000);
    assert!(url.expose().contains("X-Amz-Security-Token=the-token"));
    let options = link::options(&store.lectern, &store.connection, "a.txt")
        .await
        .unwrap();
    let limits: Vec<_> = options.choices.iter().map(|c| c.limited_by).collect();
    assert_eq!(limits[0], LimitedBy::Request, "a quarter of an hour");
    assert_eq!(limits.last(), Some(&LimitedBy::Credentials), "a week");
    assert!(options.choices.iter().all(|c| !c.may_end_sooner));
}

#[test]
fn a_link_signed_again_never_outlives_the_credentials_of_now() {
    with_credentials("lifetimes::signed_again", Some(in_an_hour()));
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn signed_again() {
    let end: jiff::Timestamp = std::env::var(END).unwrap().parse().unwrap();
    let store = signing().await;
    let now = store.lectern.clock.now_ms();
    let of_before = Link {
        id: "before".into(),
        connection_id: store.connection.clone(),
        bucket: "scripted".into(),
        key: "a.txt".into(),
        file_name: "a.txt".into(),
        made_by: "somebody".into(),
        made_at: now,
        requested_seconds: 86_400,
        ends_at: now + 86_400_000,
        limited_by: LimitedBy::Request,
        disposition: Disposition::View,
        note: None,
        ended: false,
    };
    store.lectern.catalog.insert_link(&of_before).unwrap();

    let (again, _) = link::again(&store.lectern, "before").await.unwrap();

    assert_eq!(again.ends_at, end.as_millisecond());
    assert_eq!(again.limited_by, LimitedBy::Credentials);
    assert_eq!(link::list(&store.lectern).unwrap(), [of_before]);
}

#[test]
fn an_end_that_nobody_knows_is_said_to_be_unknown() {
    with_credentials("lifetimes::unknown_end", None);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn unknown_end() {
    let store = signing().await;

    let expiry = link::expiry(&store.lectern, &store.connection, 7_200)
        .await
        .unwrap();

    assert!(expiry.may_end_sooner);
    assert_eq!(expiry.limited_by, LimitedBy::Request);
}
