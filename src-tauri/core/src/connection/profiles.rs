//! The shared AWS configuration (`~/.aws/config`, `~/.aws/credentials`, or
//! where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say).

use aws_config::profile::{Profile as Section, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

use super::{Profile, ProfileKind};
use crate::error::{Code, Error, Result};

/// The profiles of the shared AWS configuration of this user, by name.
///
/// # Errors
/// `InvalidInput` when a file is there and cannot be read; no file is no profile.
pub async fn profiles() -> Result<Vec<Profile>> {
    let set = load().await?;
    let mut profiles: Vec<Profile> = set
        .profiles()
        .filter_map(|name| {
            set.get_profile(name)
                .map(|section| described(name, section))
        })
        .filter(|profile| profile.kind != ProfileKind::Unknown)
        .collect();
    profiles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(profiles)
}

/// What a profile says beside its credentials.
pub(super) struct ProfileSettings {
    pub region: Option<String>,
    pub endpoint: Option<String>,
}

/// # Errors
/// `ProfileNotFound`, or `SignInNeeded` for a role that wants a code from an MFA
/// device, which the SDK would leave out of its request without a word.
pub(super) async fn settings(name: &str) -> Result<ProfileSettings> {
    let set = load().await?;
    let section = set.get_profile(name).ok_or_else(|| {
        Error::new(
            Code::ProfileNotFound,
            format!(
                "The profile “{name}” is not in the shared AWS configuration of this computer."
            ),
        )
        .about(name)
        .next("Choose another profile, or add it to the file ~/.aws/config.")
    })?;
    if section.get("mfa_serial").is_some() {
        return Err(Error::new(
            Code::SignInNeeded,
            format!("The profile “{name}” wants a code from an MFA device, which Lectern cannot ask for."),
        )
        .about(name)
        .next("Use a profile with IAM Identity Center, or let “aws configure export-credentials” of this profile be the credential_process of another."));
    }
    Ok(ProfileSettings {
        region: section.get("region").map(str::to_owned),
        endpoint: section.get("endpoint_url").map(str::to_owned),
    })
}

#[expect(
    deprecated,
    reason = "the loader still takes the type under its old name"
)]
async fn load() -> Result<ProfileSet> {
    let files = aws_config::profile::profile_file::ProfileFiles::default();
    aws_config::profile::load(&Fs::real(), &Env::real(), &files, None)
        .await
        .map_err(|error| {
            Error::invalid("profile", "The shared AWS configuration cannot be read.")
                .next("Check the files ~/.aws/config and ~/.aws/credentials.")
                .detail(error.to_string())
        })
}

fn described(name: &str, section: &Section) -> Profile {
    Profile {
        name: name.to_owned(),
        kind: kind(section),
        region: section.get("region").map(str::to_owned),
    }
}

/// A role goes first: it may stand beside keys that it is assumed with.
fn kind(section: &Section) -> ProfileKind {
    let has = |key: &str| section.get(key).is_some();
    if has("role_arn") {
        ProfileKind::Role
    } else if has("sso_session") || has("sso_start_url") {
        ProfileKind::SignIn
    } else if has("credential_process") {
        ProfileKind::Process
    } else if has("aws_access_key_id") {
        ProfileKind::Keys
    } else {
        ProfileKind::Unknown
    }
}
