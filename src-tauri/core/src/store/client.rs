//! Building the S3 client, with the SDK's settings chosen on purpose.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_s3::config::{
    BehaviorVersion, ConfigBag, IdentityCache, Intercept, Region, RequestChecksumCalculation,
    ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::BoxError;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::identity::{Identity, Signer};
use super::{Access, Service};
use crate::connection::{Addressing, Connection};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a whole answer without a body that streams, such as one listing page.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);
/// A connection that was idle for longer may be dead without saying so.
const POOL_IDLE: Duration = Duration::from_secs(15);
/// As many as requests are ever let go at once: one that is closed between two
/// requests has to be made again.
const POOL_IDLE_PER_HOST: usize = 256 + 32;
/// Slow and bursty uplinks pause for longer than the SDK's own five seconds.
const STALL_GRACE: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 5;
/// Tokens for retries; the SDK's 500 are gone after some fifty failures.
const RETRY_TOKENS: usize = 5_000;

/// How often a service refused because it was asked too much at once, or did
/// not answer in time: of every attempt, also of those that are made again.
pub(super) type Refusals = Arc<AtomicU64>;

pub(super) fn build(
    connection: &Connection,
    access: &Access,
    region: &str,
    refusals: &Refusals,
) -> Client {
    let endpoint = endpoint(connection, access);
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .force_path_style(path_style(connection.addressing, endpoint.is_some()))
        .http_client(http_client())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .build(),
        )
        .retry_classifier(AlsoBusy)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .retry_partition(
            RetryPartition::custom(connection.id.0.clone())
                .token_bucket(TokenBucket::builder().capacity(RETRY_TOKENS).build())
                .build(),
        )
        .stalled_stream_protection(
            StalledStreamProtectionConfig::enabled()
                .grace_period(STALL_GRACE)
                .build(),
        )
        // Uploads carry a checksum of their own; the SDK's trailers break some stores.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(response_validation(access.service))
        .identity_cache(IdentityCache::no_cache())
        .interceptor(Habits {
            unsigned_payload: !signs_payloads(connection, access),
            refusals: Arc::clone(refusals),
        });
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    config = match &access.identity {
        Identity::Signed(current) => config.credentials_provider(Signer(current.clone())),
        Identity::Anonymous => config.allow_no_auth(),
    };
    Client::from_conf(config.build())
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(POOL_IDLE_PER_HOST)
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .build_https()
}

fn path_style(addressing: Addressing, has_endpoint: bool) -> bool {
    match addressing {
        Addressing::Auto => has_endpoint,
        Addressing::Path => true,
        Addressing::VirtualHosted => false,
    }
}

/// Asking for the checksum is a signed header that some other stores refuse.
fn response_validation(service: Service) -> ResponseChecksumValidation {
    match service {
        Service::Amazon | Service::Practice => ResponseChecksumValidation::WhenSupported,
        Service::Other => ResponseChecksumValidation::WhenRequired,
    }
}

pub(super) fn endpoint<'a>(connection: &'a Connection, access: &'a Access) -> Option<&'a str> {
    let own = connection.endpoint.as_deref();
    own.or(access.endpoint.as_deref())
}

/// Whether what is sent is part of the signature.
pub(super) fn signs_payloads(connection: &Connection, access: &Access) -> bool {
    let unsigned = endpoint(connection, access).is_none_or(needs_no_payload_signature);
    !unsigned
}

/// TLS protects the body, and nobody is in between on the loopback interface;
/// hashing it with SHA-256 would cost more than all else of an upload.
fn needs_no_payload_signature(endpoint: &str) -> bool {
    endpoint.starts_with("https:") || crate::connection::is_loopback(endpoint)
}

/// Some stores say with 429 what Amazon S3 says with 503; the SDK tries again
/// by itself only then.
#[derive(Debug)]
struct AlsoBusy;

impl ClassifyRetry for AlsoBusy {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let status = context.response().map(|answer| answer.status().as_u16());
        if status == Some(429) {
            return RetryAction::throttling_error();
        }
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "AlsoBusy"
    }
}

/// Settings that differ from operation to operation.
#[derive(Debug)]
struct Habits {
    unsigned_payload: bool,
    refusals: Refusals,
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Habits {
    fn name(&self) -> &'static str {
        "Habits"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.unsigned_payload {
            cfg.interceptor_state()
                .store_put(aws_runtime::auth::PayloadSigningOverride::unsigned_payload());
        }
        let operation = cfg.load::<Metadata>().map(|m| m.name().to_owned());
        let operation = operation.unwrap_or_default();
        if is_quiet_for_long(&operation) {
            cfg.interceptor_state()
                .store_put(StalledStreamProtectionConfig::disabled());
        } else if !sends_a_body(&operation) {
            cfg.interceptor_state().store_put(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .build(),
            );
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // 503 is SlowDown and ServiceUnavailable, 429 what other stores say.
        let status = context
            .response()
            .map(|response| response.status().as_u16());
        let late =
            matches!(context.output_or_error(), Some(Err(error)) if error.is_timeout_error());
        if late || matches!(status, Some(429 | 503)) {
            self.refusals.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The service works on these for minutes before it answers.
fn is_quiet_for_long(operation: &str) -> bool {
    matches!(
        operation,
        "CopyObject" | "UploadPartCopy" | "CompleteMultipartUpload"
    )
}

fn sends_a_body(operation: &str) -> bool {
    matches!(operation, "PutObject" | "UploadPart")
}
