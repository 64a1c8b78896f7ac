//! The open core for one run, and what the paths on the command line mean in it.

use std::sync::Arc;

use lectern_core::browse::{self, Item};
use lectern_core::clock::Clock;
use lectern_core::connection::{self, Connection, Secrets};
use lectern_core::properties;
use lectern_core::{Code, Error, Folders, Lectern};

use crate::args::Global;
use crate::exit::Failure;
use crate::paths::{self, BucketPath};
use crate::shown;

pub struct Session {
    pub lectern: Arc<Lectern>,
    /// Credentials come from the environment, and nothing is kept.
    pub from_env: bool,
}

/// A remote path, found: the connection and the whole key (or prefix).
pub struct Place {
    pub connection: Connection,
    /// Empty for the bucket's root.
    pub key: String,
}

impl Place {
    pub fn is_folder(&self) -> bool {
        paths::is_folder(&self.key)
    }

    /// As a prefix to look below: empty for the bucket's root.
    pub fn prefix_or_root(&self) -> String {
        if self.key.is_empty() {
            return String::new();
        }
        self.prefix()
    }

    /// As a prefix: empty, or ending with `/`.
    pub fn prefix(&self) -> String {
        if self.is_folder() {
            self.key.clone()
        } else {
            format!("{}/", self.key)
        }
    }
}

impl Session {
    pub fn open(global: Global) -> Result<Self, Failure> {
        let clock = Clock::system();
        let lectern = if global.from_env {
            // Nothing is kept, so a job without a home may run.
            let nowhere = Folders::below(&std::env::temp_dir().join("lectern-keeps-nothing"));
            Lectern::in_memory(nowhere, Secrets::session_only(), clock)?
        } else {
            Lectern::open(Folders::standard()?, Secrets::system(), clock)?
        };
        Ok(Self {
            lectern: Arc::new(lectern),
            from_env: global.from_env,
        })
    }

    /// What a remote path means. Nothing is asked of the service.
    pub fn place(&self, text: &str) -> Result<Place, Failure> {
        match paths::bucket_path(text)? {
            Some(path) if self.from_env => self.place_from_env(&path),
            Some(path) => self.place_in_bucket(&path),
            None if self.from_env => Err(Failure::usage(
                format!("With --from-env, “{text}” is no path."),
                "Write it like s3://bucket/folder/file.pdf.",
            )),
            None => self.place_in_connection(text),
        }
    }

    /// Whether a path is one in a bucket: `s3://…`, or beginning with the name of
    /// a connection that there is.
    pub fn is_remote(&self, text: &str) -> Result<bool, Failure> {
        if text.starts_with("s3://") {
            return Ok(true);
        }
        let known = self.lectern.catalog.connections()?;
        Ok(!paths::named(text, &known).is_empty())
    }

    /// The connection of this name.
    pub fn connection(&self, name: &str) -> Result<Connection, Failure> {
        let mut known = self.lectern.catalog.connections()?;
        known.retain(|connection| connection.name == name);
        match known.len() {
            0 => Err(no_connection(name).into()),
            1 => Ok(known.remove(0)),
            _ => Err(several(name, known.iter())),
        }
    }

    fn place_from_env(&self, path: &BucketPath<'_>) -> Result<Place, Failure> {
        // Two paths of one bucket are one connection.
        let known = self.lectern.catalog.connections()?;
        let made = known.into_iter().find(|c| c.bucket == path.bucket);
        let connection = match made {
            Some(connection) => connection,
            None => connection::from_environment(&self.lectern, path.bucket)?,
        };
        Ok(Place {
            connection,
            key: path.key.to_owned(),
        })
    }

    fn place_in_bucket(&self, path: &BucketPath<'_>) -> Result<Place, Failure> {
        let known = self.lectern.catalog.connections()?;
        let bucket = path.bucket;
        match paths::having(path, &known)[..] {
            [] => Err(Error::new(
                Code::NotFound,
                format!("No connection reaches s3://{bucket}/{}.", path.key),
            )
            .about(bucket)
            .next("Add one with “lectern-cli connect add”, or use --from-env.")
            .into()),
            [connection] => Ok(Place {
                connection: connection.clone(),
                key: path.key.to_owned(),
            }),
            ref all => Err(several(bucket, all.iter().copied())),
        }
    }

    fn place_in_connection(&self, text: &str) -> Result<Place, Failure> {
        let known = self.lectern.catalog.connections()?;
        match paths::named(text, &known)[..] {
            [] => match text.split_once(':') {
                Some((name, _)) => Err(no_connection(name).into()),
                None => Err(Failure::usage(
                    format!("“{text}” is no path in a bucket."),
                    "Write it like s3://bucket/file.pdf or connection:file.pdf.",
                )),
            },
            [(connection, key)] => Ok(Place {
                key: format!("{}{key}", connection.prefix),
                connection: connection.clone(),
            }),
            ref all => Err(several(
                &all[0].0.name,
                all.iter().map(|(connection, _)| *connection),
            )),
        }
    }

    /// The object or folder at a place. A path without a trailing `/` is an
    /// object if there is one, otherwise the folder of that name.
    ///
    /// # Errors
    /// `NotFound` when there is neither.
    pub async fn item(&self, place: &Place) -> lectern_core::Result<Item> {
        if place.is_folder() {
            return Ok(Item::Folder {
                prefix: place.key.clone(),
            });
        }
        match self.object(place).await {
            Err(error) if error.code == Code::NotFound => {
                let prefix = place.prefix();
                if self.holds_something(place, &prefix).await? {
                    return Ok(Item::Folder { prefix });
                }
                Err(error)
            }
            object => object,
        }
    }

    /// The object at a place, with its size.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn object(&self, place: &Place) -> lectern_core::Result<Item> {
        let id = &place.connection.id;
        let glance = properties::glance(&self.lectern, id, &place.key).await?;
        Ok(Item::Object {
            key: glance.key,
            size: glance.size,
        })
    }

    /// A file that would lie beside a folder of the same name is never meant.
    pub async fn refuse_folder(&self, place: &Place) -> Result<(), Failure> {
        match self.holds_something(place, &place.prefix()).await {
            Ok(true) => Err(Failure::usage(
                format!("“{}” is a folder.", shown::name(&place.key)),
                "End the path in / to go into that folder, or choose another name.",
            )),
            Ok(false) => Ok(()),
            // Who may not look may still write.
            Err(error) if error.code == Code::NotAllowedToList => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn holds_something(&self, place: &Place, prefix: &str) -> lectern_core::Result<bool> {
        let id = &place.connection.id;
        let mut walk = browse::walk(&self.lectern, id, prefix, browse::Depth::Folder).await?;
        while let Some(page) = walk.next().await? {
            if !page.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The folder that an item lies in: names are relative to it.
pub fn folder_of(item: &Item) -> &str {
    let key = match item {
        Item::Object { key, .. } => key,
        Item::Folder { prefix } => prefix,
    };
    paths::split(key).0
}

fn no_connection(name: &str) -> Error {
    Error::new(
        Code::NotFound,
        format!("There is no connection called “{}”.", shown::name(name)),
    )
    .about(name)
    .next("See “lectern-cli connect list” for those there are.")
}

fn several<'a>(what: &str, all: impl Iterator<Item = &'a Connection>) -> Failure {
    let names: Vec<_> = all.map(|connection| connection.name.as_str()).collect();
    Failure::usage(
        format!("“{what}” fits several connections: {}.", names.join(", ")),
        "Name the one that is meant, like connection:file.pdf; give them different names where they share one.",
    )
}
