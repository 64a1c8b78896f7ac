//! From a connection's source to credentials that sign, and to whatever else
//! the source knows (a region, an endpoint).

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{
    ProvideCredentials, Result as ProviderResult, SharedCredentialsProvider, future,
};
use aws_types::region::Region;
use secrecy::ExposeSecret;

use super::{Connection, CredentialSource, KeySecret, environment, practice, profiles};
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::{Access, DEFAULT_REGION, Identity, Service};

/// How to reach the connection's bucket. `secret` goes before the kept one.
///
/// # Errors
/// `SecretMissing`, `KeyringUnavailable`, `NoCredentials`, `ProfileNotFound`, …
pub(super) async fn access(
    lectern: &Lectern,
    connection: &Connection,
    secret: Option<KeySecret>,
) -> Result<Access> {
    match &connection.source {
        CredentialSource::AccessKeys { access_key_id } => {
            let secret = match secret {
                Some(secret) => Some(secret),
                None => lectern.secrets.get(&connection.id).await?,
            };
            let secret = secret.ok_or_else(|| missing(&connection.name))?;
            let token = secret.session_token.as_ref().map(|t| t.expose_secret());
            Ok(plain(
                connection,
                Identity::keys(
                    access_key_id,
                    secret.secret_access_key.expose_secret(),
                    token,
                ),
            ))
        }
        CredentialSource::Profile { name } => of_profile(connection, name).await,
        CredentialSource::Environment => of_environment(connection).await,
        CredentialSource::Anonymous => Ok(plain(connection, Identity::Anonymous)),
        CredentialSource::Practice { folder } => {
            practice::access(lectern, connection, folder.as_deref()).await
        }
    }
}

fn plain(connection: &Connection, identity: Identity) -> Access {
    Access {
        service: service(connection.endpoint.as_deref()),
        identity,
        region: None,
        endpoint: None,
        keep: None,
    }
}

fn service(endpoint: Option<&str>) -> Service {
    match endpoint {
        None => Service::Amazon,
        Some(endpoint) if super::draft::is_amazon(endpoint) => Service::Amazon,
        Some(_) => Service::Other,
    }
}

async fn of_profile(connection: &Connection, name: &str) -> Result<Access> {
    let profile = profiles::settings(name).await?;
    let endpoint = connection.endpoint.clone().or(profile.endpoint);
    let region = connection.region.clone().or(profile.region);
    Ok(Access {
        service: service(endpoint.as_deref()),
        identity: Identity::signed(SharedCredentialsProvider::new(FromProfile {
            name: name.to_owned(),
            region: region.clone(),
        })),
        region,
        endpoint,
        keep: None,
    })
}

async fn of_environment(connection: &Connection) -> Result<Access> {
    let environment = environment::of_process();
    let endpoint = connection.endpoint.clone().or(environment.endpoint());
    let identity = match environment.keys()? {
        Some(keys) => Identity::signed(SharedCredentialsProvider::new(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key.expose_secret(),
            keys.session_token.map(|t| t.expose_secret().to_owned()),
            keys.end,
            "environment",
        ))),
        None if environment.names_another_source() => {
            let region = connection.region.clone().or(environment.region());
            let chain = DefaultCredentialsChain::builder()
                .region(Region::new(
                    region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
                ))
                .build();
            Identity::signed(SharedCredentialsProvider::new(chain.await))
        }
        None => return Err(environment::nothing_there()),
    };
    Ok(Access {
        service: service(endpoint.as_deref()),
        identity,
        region: environment.region(),
        endpoint,
        keep: None,
    })
}

/// Reads the shared configuration anew each time, so that a sign-in or newer
/// keys are noticed without a restart.
#[derive(Debug)]
struct FromProfile {
    name: String,
    /// For the services that are asked for credentials (STS).
    region: Option<String>,
}

impl FromProfile {
    async fn load(&self) -> ProviderResult {
        let region = self.region.as_deref().unwrap_or(DEFAULT_REGION).to_owned();
        let config = ProviderConfig::without_region().with_region(Some(Region::new(region)));
        ProfileFileCredentialsProvider::builder()
            .configure(&config)
            .profile_name(&self.name)
            .build()
            .provide_credentials()
            .await
    }
}

impl ProvideCredentials for FromProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

fn missing(name: &str) -> Error {
    Error::new(
        Code::SecretMissing,
        format!("The secret access key of “{name}” is not in the keyring of this computer."),
    )
    .about(name)
    .next("Edit the connection and enter the secret access key.")
}
