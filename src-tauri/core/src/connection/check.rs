//! "Test connection": tries just what is needed, on a probe key that is
//! removed again, and explains each failure.

use std::sync::Arc;

use aws_sdk_s3::primitives::ByteStream;

use super::register::checked_secret;
use super::{
    Check, CheckStep, Connection, ConnectionDraft, ConnectionId, Outcome, SecretInput, Step, draft,
    source,
};
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::{Access, Operation, Store, classify};

const STEPS: [Step; 6] = [
    Step::Credentials,
    Step::Bucket,
    Step::List,
    Step::Write,
    Step::Read,
    Step::Delete,
];
const PROBE: &str = ".lectern-probe-";
const PROBE_BODY: &[u8] = b"Lectern tests this connection. This file may be deleted.";

/// Tries what is needed on a probe key. `existing` lends its kept secret where
/// none is given.
///
/// # Errors
/// Only for a draft that cannot be; whatever the service says is in the steps.
pub async fn check(
    lectern: &Lectern,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
    existing: Option<&ConnectionId>,
) -> Result<Check> {
    let connection = drafted(draft, existing)?;
    let report = Report::default();
    let region = connection.region.clone();
    let access = match access(lectern, &connection, secret).await {
        Ok(access) => access,
        Err(error) => return Ok(report.failed(Step::Credentials, error).done(None)),
    };
    let store = match Store::open(connection, access).await {
        Ok(store) => Arc::new(store),
        Err(error) => {
            let step = step_of(&error);
            return Ok(report.failed(step, error).done(None));
        }
    };
    // A task of its own: the probe goes even where nobody waits for the verdict.
    let steps = tokio::spawn(try_all(store.clone()));
    let report = steps
        .await
        .map_err(|error| Error::internal(format!("check: {error}")))?;
    let found = store.connection().region.clone();
    Ok(report.done(found.filter(|found| Some(found) != region.as_ref())))
}

/// A draft as a connection that is in no catalogue, with the means to reach it.
pub(super) async fn tried(
    lectern: &Lectern,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
    existing: Option<&ConnectionId>,
) -> Result<(Connection, Access)> {
    let connection = drafted(draft, existing)?;
    let access = access(lectern, &connection, secret).await?;
    Ok((connection, access))
}

fn drafted(draft: ConnectionDraft, existing: Option<&ConnectionId>) -> Result<Connection> {
    Ok(Connection {
        id: existing.cloned().unwrap_or_else(ConnectionId::fresh),
        draft: draft::checked(draft)?,
    })
}

async fn access(
    lectern: &Lectern,
    connection: &Connection,
    secret: Option<SecretInput>,
) -> Result<Access> {
    let secret = match secret {
        Some(input) => Some(checked_secret(lectern.secrets.take_in(input)?.0)?),
        None => None,
    };
    source::access(lectern, connection, secret).await
}

/// What was found out, in the order of [`STEPS`].
#[derive(Default)]
struct Report(Vec<CheckStep>);

impl Report {
    fn put(&mut self, step: Step, outcome: Outcome) {
        self.0.retain(|known| known.step != step);
        self.0.push(CheckStep { step, outcome });
    }

    fn passed(&mut self, step: Step) {
        self.put(step, Outcome::Passed);
    }

    /// A failure, after which nothing else makes sense.
    fn failed(mut self, step: Step, error: Error) -> Self {
        for earlier in STEPS.iter().take_while(|known| **known != step) {
            self.put(*earlier, Outcome::Passed);
        }
        self.put(step, Outcome::Failed { error });
        self
    }

    fn done(mut self, region: Option<String>) -> Check {
        for step in STEPS {
            if !self.0.iter().any(|known| known.step == step) {
                self.put(step, Outcome::NotTried);
            }
        }
        self.0
            .sort_by_key(|known| STEPS.iter().position(|step| *step == known.step));
        Check {
            steps: self.0,
            region,
        }
    }
}

async fn try_all(store: Arc<Store>) -> Report {
    let mut report = Report::default();
    if let Err(error) = store.credentials_end().await {
        return report.failed(Step::Credentials, error);
    }
    report.passed(Step::Credentials);
    // An answer to HeadBucket has no body, so that only the listing tells a
    // wrong key from a missing permission.
    let head = head(&store).await;
    let listing = list(&store).await;
    if let Some(error) = listing.as_ref().err().filter(|e| is_about_credentials(e)) {
        return report.failed(Step::Credentials, error.clone());
    }
    match head {
        Err(error) if listing.is_err() && error.code != Code::NotAllowedToList => {
            return report.failed(Step::Bucket, error);
        }
        _ => report.passed(Step::Bucket),
    }
    let first = match listing {
        Ok(first) => {
            report.passed(Step::List);
            first
        }
        Err(error) => {
            let is_final = error.code != Code::NotAllowedToList;
            report.put(Step::List, Outcome::Failed { error });
            if is_final {
                return report;
            }
            None
        }
    };
    if store.is_anonymous() {
        // Whoever has no credentials only reads.
        if let Some(key) = first {
            report.put(Step::Read, outcome(read(&store, &key).await.map(|_| ())));
        }
        return report;
    }
    try_probe(&store, first, &mut report).await;
    report
}

async fn try_probe(store: &Store, first: Option<String>, report: &mut Report) {
    let prefix = &store.connection().prefix;
    let key = format!("{prefix}{PROBE}{}", uuid::Uuid::new_v4());
    let version = match write(store, &key).await {
        Ok(version) => {
            report.passed(Step::Write);
            version
        }
        Err(error) => {
            report.put(Step::Write, Outcome::Failed { error });
            if let Some(key) = first {
                report.put(Step::Read, outcome(read(store, &key).await.map(|_| ())));
            }
            return;
        }
    };
    let read = read(store, &key).await.and_then(|bytes| {
        if bytes == PROBE_BODY {
            return Ok(());
        }
        Err(Error::new(
            Code::ChecksumMismatch,
            "What was read is not what was written.",
        )
        .about(&*key)
        .next("Ask whoever runs the store; something between changes what is sent."))
    });
    report.put(Step::Read, outcome(read));
    let deleted = delete(store, &key, version.as_deref()).await;
    report.put(
        Step::Delete,
        outcome(deleted.map_err(|error| {
            let left = format!("{} The file “{key}” is left in the bucket.", error.message);
            Error {
                message: left,
                ..error
            }
        })),
    );
}

fn outcome(result: Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed { error },
    }
}

fn is_about_credentials(error: &Error) -> bool {
    matches!(
        error.code,
        Code::WrongAccessKey
            | Code::WrongSecret
            | Code::CredentialsExpired
            | Code::SignInNeeded
            | Code::NoCredentials
            | Code::ProfileNotFound
            | Code::ClockSkew
    )
}

fn step_of(error: &Error) -> Step {
    if is_about_credentials(error) {
        Step::Credentials
    } else {
        Step::Bucket
    }
}

async fn head(store: &Store) -> Result<()> {
    let answer = store.client().head_bucket().bucket(store.bucket()).send();
    match answer.await {
        Ok(_) => Ok(()),
        Err(error) => Err(classify(
            Operation::Other("HeadBucket"),
            store.bucket(),
            error,
        )),
    }
}

/// The first key below the prefix that is a file, if there is one.
async fn list(store: &Store) -> Result<Option<String>> {
    let answer = store
        .client()
        .list_objects_v2()
        .bucket(store.bucket())
        .prefix(&store.connection().prefix)
        .max_keys(20)
        .send()
        .await;
    let answer = answer.map_err(|error| classify(Operation::List, store.bucket(), error))?;
    let mut keys = answer.contents.into_iter().flatten().filter_map(|o| o.key);
    Ok(keys.find(|key| !key.ends_with('/')))
}

async fn write(store: &Store, key: &str) -> Result<Option<String>> {
    let answer = store
        .client()
        .put_object()
        .bucket(store.bucket())
        .key(key)
        .content_type("text/plain")
        .body(ByteStream::from_static(PROBE_BODY))
        .send()
        .await;
    let answer = answer.map_err(|error| classify(Operation::Write, key, error))?;
    Ok(answer.version_id.filter(|version| version != "null"))
}

/// The first bytes of an object, at most as many as the probe has.
async fn read(store: &Store, key: &str) -> Result<Vec<u8>> {
    let answer = store
        .client()
        .get_object()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await;
    let answer = answer.map_err(|error| classify(Operation::Read, key, error))?;
    let mut body = answer.body;
    let mut bytes = Vec::new();
    while bytes.len() < PROBE_BODY.len() {
        match body.try_next().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                return Err(Error::new(Code::NoNetwork, "The answer broke off.")
                    .next("Check the network and try again.")
                    .detail(error.to_string()));
            }
        }
    }
    bytes.truncate(PROBE_BODY.len());
    Ok(bytes)
}

/// Deletes as a person would; then the version and the marker that a versioned
/// bucket keeps, which may be refused without harm.
async fn delete(store: &Store, key: &str, version: Option<&str>) -> Result<()> {
    let one = |version: Option<&str>| {
        store
            .client()
            .delete_object()
            .bucket(store.bucket())
            .key(key)
            .set_version_id(version.map(str::to_owned))
            .send()
    };
    let answer = one(None)
        .await
        .map_err(|error| classify(Operation::Delete, key, error))?;
    for version in [version, answer.version_id.as_deref()]
        .into_iter()
        .flatten()
    {
        if let Err(error) = one(Some(version)).await {
            let error = classify(Operation::Delete, key, error);
            tracing::info!(code = ?error.code, "a version of the probe stays");
        }
    }
    Ok(())
}
