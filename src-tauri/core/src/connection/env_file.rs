//! Reading a `.env` file. Its text holds a secret: no error, log or answer
//! repeats a line of it.

use secrecy::SecretString;

use super::{Addressing, ConnectionDraft, CredentialSource, ImportedDraft, KeySecret};
use crate::error::{Error, Result};
use crate::lectern::Lectern;

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const REGION: &str = "AWS_REGION";
const BUCKET: &str = "AWS_S3_BUCKET_NAME";
const STORAGE_TYPE: &str = "STORAGE_TYPE";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

const LARGEST: usize = 1024 * 1024;

/// Reads the text of a `.env` file; nothing is kept but the held secret.
/// Names that are missing, empty or not understood are in the answer.
///
/// # Errors
/// `InvalidInput` for a text that has none of the five names.
pub fn read_env(lectern: &Lectern, text: &str) -> Result<ImportedDraft> {
    if text.len() > LARGEST {
        return Err(nothing_found());
    }
    let values = Values::of(text);
    if values.0.is_empty() {
        return Err(nothing_found());
    }
    if values
        .get(STORAGE_TYPE)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("local"))
    {
        return Ok(practice(&values));
    }
    let mut missing: Vec<String> = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, REGION, BUCKET]
        .iter()
        .filter(|name| values.get(name).is_none())
        .map(|name| (*name).to_owned())
        .collect();
    if values
        .get(STORAGE_TYPE)
        .is_none_or(|kind| !kind.eq_ignore_ascii_case("s3"))
    {
        missing.push(STORAGE_TYPE.to_owned());
    }
    let secret = values.get(SECRET_ACCESS_KEY).map(|secret| {
        lectern.secrets.hold(KeySecret {
            secret_access_key: SecretString::from(secret),
            session_token: values.get(SESSION_TOKEN).map(SecretString::from),
        })
    });
    let bucket = values.get(BUCKET).unwrap_or_default();
    Ok(ImportedDraft {
        draft: ConnectionDraft {
            name: bucket.to_owned(),
            bucket: bucket.to_owned(),
            prefix: String::new(),
            region: values.get(REGION).map(str::to_owned),
            endpoint: values.get(ENDPOINT).map(str::to_owned),
            addressing: Addressing::Auto,
            source: CredentialSource::AccessKeys {
                access_key_id: values.get(ACCESS_KEY_ID).unwrap_or_default().to_owned(),
            },
        },
        secret,
        missing,
    })
}

fn practice(values: &Values) -> ImportedDraft {
    ImportedDraft {
        draft: ConnectionDraft {
            bucket: values
                .get(BUCKET)
                .unwrap_or(super::practice::BUCKET)
                .to_owned(),
            ..super::practice::draft(None)
        },
        secret: None,
        missing: Vec::new(),
    }
}

fn nothing_found() -> Error {
    Error::invalid("file", "This file has none of the names of a connection.").next(format!(
        "Choose a .env file with {ACCESS_KEY_ID}, {SECRET_ACCESS_KEY}, {REGION}, {BUCKET} and {STORAGE_TYPE}."
    ))
}

/// The names that are known here and have a value.
struct Values(Vec<(String, secrecy::zeroize::Zeroizing<String>)>);

impl Values {
    fn of(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let known = [
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            REGION,
            BUCKET,
            STORAGE_TYPE,
            SESSION_TOKEN,
            ENDPOINT,
        ];
        // A line that cannot be read counts as missing; its error would repeat it.
        let values = dotenvy::from_read_iter(text.as_bytes())
            .filter_map(Result::ok)
            .filter(|(name, value)| known.contains(&name.as_str()) && !value.trim().is_empty())
            .map(|(name, value)| (name, value.into()))
            .collect();
        Self(values)
    }

    /// Of a name that stands twice the first is taken, as `dotenv` does.
    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.trim())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use secrecy::ExposeSecret;

    use super::super::{SecretInput, Secrets};
    use super::*;
    use crate::clock::Clock;
    use crate::lectern::Folders;

    fn lectern() -> Lectern {
        let folders = Folders::below(std::path::Path::new("unused"));
        Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap()
    }

    fn secret_of(lectern: &Lectern, imported: &ImportedDraft) -> KeySecret {
        let held = SecretInput::Held {
            id: imported.secret.unwrap(),
            for_session: true,
        };
        lectern.secrets.take_in(held).unwrap().0
    }

    #[test]
    fn all_five_names_make_a_whole_draft() {
        let lectern = lectern();
        let text = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=abc/d+e=\n\
                    AWS_REGION=us-east-1\nAWS_S3_BUCKET_NAME=course\nSTORAGE_TYPE=s3\n";

        let imported = read_env(&lectern, text).unwrap();

        assert_eq!(imported.missing, Vec::<String>::new());
        assert_eq!(imported.draft.bucket, "course");
        assert_eq!(imported.draft.region.as_deref(), Some("us-east-1"));
        let secret = secret_of(&lectern, &imported);
        assert_eq!(secret.secret_access_key.expose_secret(), "abc/d+e=");
    }

    #[test]
    fn quotes_export_comments_line_ends_and_a_byte_order_mark_are_understood() {
        let lectern = lectern();
        let text = "\u{feff}# keys\r\nexport AWS_ACCESS_KEY_ID=\"AKIAEXAMPLE\"\r\n\
                    AWS_SECRET_ACCESS_KEY='abc/d+e=' # ours\r\n\r\n\
                    AWS_REGION = eu-west-1\r\nAWS_S3_BUCKET_NAME=course\r\nSTORAGE_TYPE=S3\r\n";

        let imported = read_env(&lectern, text).unwrap();

        assert_eq!(imported.missing, Vec::<String>::new());
        assert_eq!(
            imported.draft.source,
            CredentialSource::AccessKeys {
                access_key_id: "AKIAEXAMPLE".into()
            }
        );
        let secret = secret_of(&lectern, &imported);
        assert_eq!(secret.secret_access_key.expose_secret(), "abc/d+e=");
    }

    #[test]
    fn what_is_missing_empty_or_unreadable_is_named_and_the_rest_is_kept() {
        let text = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=\n\
                    AWS_REGION=two words\nSTORAGE_TYPE=tape\nAWS_S3_BUCKET_NAME=course\n";

        let imported = read_env(&lectern(), text).unwrap();

        assert_eq!(
            imported.missing,
            ["AWS_SECRET_ACCESS_KEY", "AWS_REGION", "STORAGE_TYPE"]
        );
        assert_eq!(imported.secret, None);
        assert_eq!(imported.draft.bucket, "course");
    }

    #[test]
    fn local_storage_is_the_practice_store() {
        let imported = read_env(&lectern(), "STORAGE_TYPE=local\n").unwrap();

        assert_eq!(
            imported.draft.source,
            CredentialSource::Practice { folder: None }
        );
        assert_eq!(imported.missing, Vec::<String>::new());
    }

    #[test]
    fn a_file_of_another_kind_is_refused_without_repeating_it() {
        let error = read_env(&lectern(), "PASSWORD=hunter2\n").unwrap_err();

        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
