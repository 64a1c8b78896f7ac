//! Connections, put to every server.

use lectern_core::Code;
use lectern_core::connection::{self, Check, Outcome, SecretInput, Step};
use lectern_core::store::{CredentialsEnd, Versioning};

use crate::server::{Bed, Kind};

on_every_server!(a_working_connection_passes_every_step, []);
async fn a_working_connection_passes_every_step(bed: Bed) {
    let check = connection::check(
        &bed.lectern,
        bed.connection.draft.clone(),
        None,
        Some(&bed.connection.id),
    )
    .await
    .unwrap();

    for step in &check.steps {
        assert_eq!(step.outcome, Outcome::Passed, "{:?}", step.step);
    }
    assert_eq!(keys(&bed).await, Vec::<String>::new(), "the probe is gone");
}

on_every_server!(a_probe_leaves_no_version_behind, [Versions]);
async fn a_probe_leaves_no_version_behind(bed: Bed) {
    let draft = bed.connection.draft.clone();
    connection::check(&bed.lectern, draft, None, Some(&bed.connection.id))
        .await
        .unwrap();

    let versions = bed
        .store
        .client()
        .list_object_versions()
        .bucket(bed.store.bucket())
        .send()
        .await
        .unwrap();
    assert!(versions.versions().is_empty());
    assert!(versions.delete_markers().is_empty());
}

on_every_server!(an_unknown_bucket_is_named_as_that, []);
async fn an_unknown_bucket_is_named_as_that(bed: Bed) {
    if matches!(bed.kind, Kind::Practice | Kind::PracticeVersioned) {
        // A practice connection makes its own bucket.
        return;
    }
    let mut draft = bed.connection.draft.clone();
    draft.bucket = "there-is-no-such-bucket".into();

    let check = connection::check(&bed.lectern, draft, None, Some(&bed.connection.id))
        .await
        .unwrap();

    assert_eq!(failure(&check, Step::Bucket), Some(Code::BucketNotFound));
    assert_eq!(outcome(&check, Step::Write), &Outcome::NotTried);
}

on_every_server!(a_wrong_secret_is_told_from_a_wrong_key, [Signatures]);
async fn a_wrong_secret_is_told_from_a_wrong_key(bed: Bed) {
    if bed.kind != Kind::Rclone {
        // A practice connection brings its own keys.
        return;
    }
    let typed = |secret: &str| SecretInput::Typed {
        secret_access_key: secret.into(),
        session_token: None,
        for_session: true,
    };
    let draft = bed.connection.draft.clone();

    let check = connection::check(&bed.lectern, draft, Some(typed("wrong")), None)
        .await
        .unwrap();

    assert_eq!(failure(&check, Step::Credentials), Some(Code::WrongSecret));
}

on_every_server!(the_buckets_can_be_listed_to_choose_one, []);
async fn the_buckets_can_be_listed_to_choose_one(bed: Bed) {
    let mut draft = bed.connection.draft.clone();
    draft.bucket = String::new();

    let names = connection::buckets(&bed.lectern, draft, None, Some(&bed.connection.id))
        .await
        .unwrap();

    assert!(names.contains(&bed.connection.bucket));
}

on_every_server!(versioning_is_found_out, []);
async fn versioning_is_found_out(bed: Bed) {
    let versioning = bed.store.capabilities().await.unwrap().versioning;

    let expected = match bed.kind {
        Kind::PracticeVersioned | Kind::Moto => Versioning::Enabled,
        Kind::Practice | Kind::Rclone => Versioning::Off,
    };
    assert_eq!(versioning, expected);
}

on_every_server!(keys_without_an_end_never_end, []);
async fn keys_without_an_end_never_end(bed: Bed) {
    let end = bed.store.credentials_end().await.unwrap();

    assert_eq!(end, CredentialsEnd::Never);
}

on_every_server!(a_removed_connection_is_forgotten, []);
async fn a_removed_connection_is_forgotten(bed: Bed) {
    connection::remove(&bed.lectern, &bed.connection.id)
        .await
        .unwrap();

    assert!(connection::list(&bed.lectern).await.unwrap().is_empty());
    let error = bed
        .lectern
        .stores
        .of(&bed.lectern, &bed.connection.id)
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::NotFound);
}

async fn keys(bed: &Bed) -> Vec<String> {
    let answer = bed
        .store
        .client()
        .list_objects_v2()
        .bucket(bed.store.bucket())
        .send()
        .await
        .unwrap();
    let keys = answer.contents.into_iter().flatten();
    keys.filter_map(|object| object.key).collect()
}

fn outcome(check: &Check, step: Step) -> &Outcome {
    let found = check.steps.iter().find(|known| known.step == step);
    &found.unwrap().outcome
}

fn failure(check: &Check, step: Step) -> Option<Code> {
    match outcome(check, step) {
        Outcome::Failed { error } => Some(error.code),
        Outcome::Passed | Outcome::NotTried => None,
    }
}
