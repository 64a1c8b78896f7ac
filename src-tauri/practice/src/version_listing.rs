//! One page of all versions and delete markers of a bucket: the bucket's folder
//! and its records walked side by side, in the order of keys, each key's versions
//! newest first.

use s3s::S3Result;

use crate::disk;
use crate::error::disk_error;
use crate::listing::{Item, Query, Walk};
use crate::record::Version;
use crate::store::Bucket;

/// Which versions are asked for (S3 API reference, ListObjectVersions).
#[derive(Debug, Clone, Default)]
pub struct VersionQuery {
    pub prefix: String,
    pub delimiter: String,
    pub key_marker: Option<String>,
    pub version_id_marker: Option<String>,
    pub most: usize,
}

/// A version or delete marker of a key.
#[derive(Debug, Clone)]
pub struct ListedVersion {
    pub key: String,
    pub version: Version,
    pub latest: bool,
}

/// What is on the page, and the key and version after which the next begins.
#[derive(Debug, Default)]
pub struct VersionPage {
    pub versions: Vec<ListedVersion>,
    pub prefixes: Vec<String>,
    pub next: Option<(String, String)>,
}

impl VersionPage {
    fn len(&self) -> usize {
        self.versions.len() + self.prefixes.len()
    }
}

/// Reads a page.
pub fn page(bucket: &Bucket, query: VersionQuery) -> S3Result<VersionPage> {
    let mut page = VersionPage::default();
    if query.most == 0 {
        return Ok(page);
    }
    let mut last = (String::new(), String::new());
    if let (Some(key), Some(id)) = (&query.key_marker, &query.version_id_marker) {
        // The rest of the key in which the last page ended.
        let all = listed(bucket, key)?;
        let rest = all
            .iter()
            .position(|listed| listed.version.name() == id)
            .map_or(0, |at| at + 1);
        for listed in all.into_iter().skip(rest) {
            if page.len() == query.most {
                page.next = Some(last);
                return Ok(page);
            }
            last = place(&listed);
            page.versions.push(listed);
        }
    }
    let mut names = Names::new(bucket, &query)?;
    while let Some(name) = names.next()? {
        let found = match name {
            Name::Prefix(prefix) => {
                if page.len() == query.most {
                    page.next = Some(last);
                    return Ok(page);
                }
                last = (prefix.clone(), String::new());
                page.prefixes.push(prefix);
                continue;
            }
            Name::Key(key) => listed(bucket, &key)?,
        };
        for listed in found {
            if page.len() == query.most {
                page.next = Some(last);
                return Ok(page);
            }
            last = place(&listed);
            page.versions.push(listed);
        }
    }
    Ok(page)
}

fn place(listed: &ListedVersion) -> (String, String) {
    (listed.key.clone(), listed.version.name().to_owned())
}

fn listed(bucket: &Bucket, key: &str) -> S3Result<Vec<ListedVersion>> {
    let state = bucket.state(key)?;
    // A file that was removed by hand leaves older versions, and none is the latest.
    let latest = state.file.is_some() || state.marker().is_some();
    let versions = state.versions().into_iter().enumerate();
    let listed = versions.map(|(at, version)| ListedVersion {
        key: key.to_owned(),
        version,
        latest: latest && at == 0,
    });
    Ok(listed.collect())
}

enum Name {
    Key(String),
    Prefix(String),
}

/// The names of both trees, each once, in order.
struct Names<'a> {
    bucket: &'a Bucket,
    files: Walk<'a>,
    records: Option<Walk<'a>>,
    file: Option<Item>,
    record: Option<Item>,
}

impl<'a> Names<'a> {
    fn new(bucket: &'a Bucket, query: &VersionQuery) -> S3Result<Self> {
        let walked = Query {
            prefix: query.prefix.clone(),
            delimiter: query.delimiter.clone(),
            after: query.key_marker.clone(),
        };
        let recorded = disk::look(bucket.records.root())
            .map_err(disk_error)?
            .is_some();
        let records = match recorded {
            true => Some(Walk::new(&bucket.records, walked.clone()).map_err(disk_error)?),
            false => None,
        };
        let mut names = Self {
            bucket,
            files: Walk::new(&bucket.tree, walked).map_err(disk_error)?,
            records,
            file: None,
            record: None,
        };
        names.next_file()?;
        names.next_record()?;
        Ok(names)
    }

    fn next(&mut self) -> S3Result<Option<Name>> {
        loop {
            let (file, record) = (
                self.file.as_ref().map(Item::name),
                self.record.as_ref().map(Item::name),
            );
            let from_file = match (file, record) {
                (None, None) => return Ok(None),
                (Some(file), Some(record)) => file <= record,
                (Some(_), None) => true,
                (None, Some(_)) => false,
            };
            let both = file == record;
            let item = match from_file {
                true => self.next_file()?,
                false => self.next_record()?,
            };
            if both {
                self.next_record()?;
            }
            match item {
                Some(Item::Key { key, .. }) => return Ok(Some(Name::Key(key))),
                Some(Item::Prefix(prefix)) if from_file || self.holds_versions(&prefix)? => {
                    return Ok(Some(Name::Prefix(prefix)));
                }
                _ => {}
            }
        }
    }

    /// Whether records under a prefix still stand for something: a folder removed
    /// by hand leaves records that do not.
    fn holds_versions(&self, prefix: &str) -> S3Result<bool> {
        let query = Query {
            prefix: prefix.to_owned(),
            ..Query::default()
        };
        let mut walk = Walk::new(&self.bucket.records, query).map_err(disk_error)?;
        while let Some(item) = walk.next().map_err(disk_error)? {
            if !self.bucket.record(item.name())?.history.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn next_file(&mut self) -> S3Result<Option<Item>> {
        let next = self.files.next().map_err(disk_error)?;
        Ok(std::mem::replace(&mut self.file, next))
    }

    fn next_record(&mut self) -> S3Result<Option<Item>> {
        let next = match &mut self.records {
            Some(records) => records.next().map_err(disk_error)?,
            None => None,
        };
        Ok(std::mem::replace(&mut self.record, next))
    }
}
