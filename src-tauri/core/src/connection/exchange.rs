//! Connections as a file, without secrets, so that an administrator can hand
//! them round. A file that comes in is read as a stranger's.

use serde::{Deserialize, Serialize};

use super::draft::checked;
use super::{Connection, ConnectionDraft, ConnectionId, CredentialSource};
use crate::error::{Error, Result};
use crate::lectern::Lectern;

const FORMAT: &str = "lectern-connections";
const VERSION: u32 = 1;
/// Bytes; a connection needs some three hundred.
const LARGEST: usize = 1024 * 1024;
const MOST: usize = 500;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    connections: Vec<ConnectionDraft>,
}

/// Connections as JSON without secrets, to be handed round. The folder of a
/// practice connection stays out: it means nothing on another computer.
pub fn export(lectern: &Lectern, ids: &[ConnectionId]) -> Result<String> {
    let connections = ids
        .iter()
        .map(|id| Ok(without_folder(lectern.catalog.connection(id)?.draft)))
        .collect::<Result<Vec<_>>>()?;
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        connections,
    };
    serde_json::to_string_pretty(&file).map_err(|error| Error::internal(error.to_string()))
}

/// Adds the connections of an exported file; their secrets are asked for later.
///
/// # Errors
/// `InvalidInput` or `InvalidBucketName`, and then none of them is added.
pub async fn import(lectern: &Lectern, text: &str) -> Result<Vec<Connection>> {
    let mut added: Vec<Connection> = Vec::new();
    for draft in read(text)? {
        let connection = Connection {
            id: ConnectionId::fresh(),
            draft,
        };
        let at = lectern.clock.now_ms();
        if let Err(error) = lectern.catalog.insert_connection(&connection, at) {
            for earlier in &added {
                lectern.catalog.remove_connection(&earlier.id)?;
            }
            return Err(error);
        }
        added.push(connection);
    }
    Ok(added)
}

fn read(text: &str) -> Result<Vec<ConnectionDraft>> {
    if text.len() > LARGEST {
        return Err(not_ours("it is too large"));
    }
    let text = text.trim_start_matches('\u{feff}');
    let head: Head =
        serde_json::from_str(text).map_err(|_| not_ours("it names no format and version"))?;
    if head.format != FORMAT {
        return Err(not_ours("it is of another format"));
    }
    if head.version > VERSION {
        return Err(Error::invalid(
            "file",
            "This file was written by a newer version of Lectern.",
        )
        .next("Install the newest version of Lectern."));
    }
    let file: File = serde_json::from_str(text).map_err(|error| not_ours(&error.to_string()))?;
    if file.connections.is_empty() || file.connections.len() > MOST {
        return Err(not_ours("it has no connections, or too many"));
    }
    file.connections
        .into_iter()
        .map(|draft| checked(without_folder(draft)))
        .collect()
}

/// Read before the rest, which a newer version may write differently.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

fn without_folder(draft: ConnectionDraft) -> ConnectionDraft {
    if !draft.is_practice() {
        return draft;
    }
    ConnectionDraft {
        source: CredentialSource::Practice { folder: None },
        ..draft
    }
}

fn not_ours(why: &str) -> Error {
    Error::invalid("file", "This is no file of exported connections.")
        .next("Choose a file that Lectern exported.")
        .detail(why)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{Addressing, Secrets};
    use super::*;
    use crate::clock::Clock;
    use crate::lectern::Folders;

    fn lectern() -> Lectern {
        let folders = Folders::below(std::path::Path::new("unused"));
        Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap()
    }

    fn connection() -> Connection {
        Connection {
            id: ConnectionId::fresh(),
            draft: ConnectionDraft {
                name: "Biology".into(),
                bucket: "course".into(),
                prefix: "bio/".into(),
                region: Some("eu-west-1".into()),
                endpoint: None,
                addressing: Addressing::Path,
                source: CredentialSource::AccessKeys {
                    access_key_id: "AKIAEXAMPLE".into(),
                },
            },
        }
    }

    #[tokio::test]
    async fn what_is_exported_comes_in_again_under_a_fresh_id() {
        let lectern = lectern();
        let connection = connection();
        lectern.catalog.insert_connection(&connection, 0).unwrap();
        let text = export(&lectern, std::slice::from_ref(&connection.id)).unwrap();

        let imported = import(&lectern, &text).await.unwrap();

        assert_eq!(imported[0].draft, connection.draft);
        assert_ne!(imported[0].id, connection.id);
        assert_eq!(lectern.catalog.connections().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn one_bad_connection_keeps_all_of_them_out() {
        let lectern = lectern();
        let good = serde_json::to_value(&connection().draft).unwrap();
        let mut bad = good.clone();
        bad["bucket"] = "../etc".into();
        let text = serde_json::json!({
            "format": FORMAT, "version": 1, "connections": [good, bad]
        });

        assert!(import(&lectern, &text.to_string()).await.is_err());
        assert!(lectern.catalog.connections().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_newer_file_is_refused_as_newer() {
        let text = r#"{"format":"lectern-connections","version":2,"roster":[]}"#;

        let error = import(&lectern(), text).await.unwrap_err();

        assert!(error.message.contains("newer"));
    }

    #[tokio::test]
    async fn what_is_no_export_is_refused() {
        for text in ["", "{", "[]", "{}", r#"{"format":"x","version":1}"#] {
            assert!(import(&lectern(), text).await.is_err(), "{text}");
        }
    }

    #[test]
    fn a_practice_folder_of_another_computer_is_not_taken() {
        let text = r#"{"format":"lectern-connections","version":1,"connections":[
            {"name":"P","bucket":"course","region":null,"endpoint":null,
             "source":{"kind":"practice","folder":"/"}}]}"#;

        let drafts = read(text).unwrap();

        assert_eq!(
            drafts[0].source,
            CredentialSource::Practice { folder: None }
        );
    }
}
