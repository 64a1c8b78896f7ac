//! Where a fault can strike, and what became of a transfer that it struck.

use std::fs;
use std::path::Path;

use lectern_core::bin;
use lectern_core::browse::Item;
use lectern_core::transfer::{self, plan_upload, start};
use lectern_core::{Code, Error};
use lectern_faults::{Fault, Operation, Rule};

use super::bed::FaultBed;
use crate::transfer::{answer, bytes, object};

const SMALL: usize = 300_000;
/// Three parts, and three ranges.
const LARGE: usize = (17 << 20) + 1;

/// A kind of transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    UploadSingle,
    UploadParts,
    DownloadSingle,
    DownloadRanges,
    Rename,
    Delete,
}

/// One request of a kind of transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub work: Work,
    pub hit: Operation,
}

const fn spot(work: Work, hit: Operation) -> Spot {
    Spot { work, hit }
}

pub const ALL: [Spot; 9] = [
    spot(Work::UploadSingle, Operation::PutObject),
    spot(Work::UploadParts, Operation::CreateMultipartUpload),
    spot(Work::UploadParts, Operation::UploadPart),
    spot(Work::UploadParts, Operation::CompleteMultipartUpload),
    spot(Work::DownloadSingle, Operation::GetObject),
    spot(Work::DownloadRanges, Operation::HeadObject),
    spot(Work::DownloadRanges, Operation::GetObject),
    spot(Work::Rename, Operation::CopyObject),
    spot(Work::Delete, Operation::DeleteObjects),
];

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    SameBytes,
    Error(Code),
}

/// What became of one transfer.
#[derive(Debug)]
pub struct Met {
    pub injected: u32,
    error: Option<Error>,
    /// What is to be seen at the target, and what was before.
    pub sound: Result<(), String>,
}

impl Met {
    pub fn end(&self) -> End {
        match &self.error {
            None => End::SameBytes,
            Some(error) => End::Error(error.code),
        }
    }
}

impl Spot {
    /// Does the work with the fault in its way, and looks at what is left.
    pub async fn put_to(self, bed: &FaultBed, fault: &Fault, times: u32) -> Met {
        let content = bytes(match self.work {
            Work::UploadParts | Work::DownloadRanges => LARGE,
            _ => SMALL,
        });
        let key = format!("{:?}-{:?}", self.work, self.hit);
        let local = bed.folder.path().join("local").join(&key);
        fs::create_dir_all(local.parent().unwrap()).unwrap();
        fs::write(&local, &content).unwrap();
        if !matches!(self.work, Work::UploadSingle | Work::UploadParts) {
            send_directly(bed, &local).await;
        }
        if self.work == Work::Delete {
            // One alone goes without a batch.
            bed.put(&another(&key), b"another").await;
        }
        let fired = bed.proxy.add(Rule::on(self.hit, *fault).times(times));
        let target = bed.folder.path().join("back").join(&key);
        let error = match self.work {
            Work::UploadSingle | Work::UploadParts => upload(bed, &local).await,
            Work::DownloadSingle | Work::DownloadRanges => {
                download(bed, &key, content.len() as u64, &target).await
            }
            Work::Rename => rename(bed, &key).await,
            Work::Delete => delete(bed, &key).await,
        };
        bed.proxy.clear();
        let sound = match self.work {
            Work::UploadSingle | Work::UploadParts => {
                // The id of an upload whose beginning was not answered is known to nobody.
                let left = match self.hit {
                    Operation::CreateMultipartUpload => fired.fired(),
                    _ => 0,
                };
                no_more_than(left, bed)
                    .await
                    .and(uploaded(bed, &key, &content, error.is_none()).await)
            }
            Work::DownloadSingle | Work::DownloadRanges => {
                downloaded(&target, &key, &content, error.is_none())
            }
            Work::Rename => renamed(bed, &key, &content, error.is_none()).await,
            Work::Delete => deleted(bed, &key, &content, error.is_none()).await,
        };
        Met {
            injected: fired.fired(),
            error,
            sound,
        }
    }
}

/// As the product would have put it there, with nothing in its way.
async fn send_directly(bed: &FaultBed, local: &Path) {
    let plan = plan_upload(&bed.lectern, bed.direct(), "", vec![local.to_owned()]).await;
    let job = start(&bed.lectern, plan.unwrap().id, &answer(None)).await;
    let summary = transfer::finished(&bed.lectern, job.unwrap().id).await;
    assert_eq!(summary.unwrap().failures, []);
}

async fn upload(bed: &FaultBed, local: &Path) -> Option<Error> {
    let paths = vec![local.to_owned()];
    let plan = plan_upload(&bed.lectern, &bed.connection.id, "", paths).await;
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => return Some(error),
    };
    let summary = bed.end(&plan, None).await;
    summary
        .failures
        .into_iter()
        .next()
        .map(|failed| failed.error)
}

async fn download(bed: &FaultBed, key: &str, size: u64, target: &Path) -> Option<Error> {
    let summary = bed.down(vec![object(key, size)], target).await;
    summary
        .failures
        .into_iter()
        .next()
        .map(|failed| failed.error)
}

async fn rename(bed: &FaultBed, key: &str) -> Option<Error> {
    let item = Item::Object {
        key: key.to_owned(),
        size: SMALL as u64,
    };
    let renamed = transfer::rename(&bed.lectern, &bed.connection.id, item, &new_name(key)).await;
    match renamed {
        Ok(summary) => summary
            .failures
            .into_iter()
            .next()
            .map(|failed| failed.error),
        Err(error) => Some(error),
    }
}

async fn delete(bed: &FaultBed, key: &str) -> Option<Error> {
    let items = vec![object(key, SMALL as u64), object(&another(key), 7)];
    let deleted = match bin::plan(&bed.lectern, &bed.connection.id, items).await {
        Ok(plan) => bin::delete(&bed.lectern, plan.id).await,
        Err(error) => Err(error),
    };
    match deleted {
        Ok(deleted) => deleted
            .failures
            .into_iter()
            .next()
            .map(|failed| failed.error),
        Err(error) => Some(error),
    }
}

fn another(key: &str) -> String {
    format!("{key}-another")
}

fn new_name(key: &str) -> String {
    format!("{key}-renamed")
}

/// Takes them away, too, so that the next one counts its own.
async fn no_more_than(expected: u32, bed: &FaultBed) -> Result<(), String> {
    let (client, bucket) = (bed.store.client(), bed.store.bucket());
    let listed = client.list_multipart_uploads().bucket(bucket).send().await;
    let listed = listed.unwrap();
    for upload in listed.uploads() {
        let abort = client.abort_multipart_upload().bucket(bucket);
        let abort = abort.key(upload.key().unwrap());
        let aborted = abort.upload_id(upload.upload_id().unwrap()).send().await;
        aborted.unwrap();
    }
    match listed.uploads().len() {
        found if found > expected as usize => Err(format!("{found} unfinished uploads")),
        _ => Ok(()),
    }
}

/// All of it is there, or, after an error, all or nothing.
async fn uploaded(bed: &FaultBed, key: &str, content: &[u8], done: bool) -> Result<(), String> {
    whole(key, bed.get(key).await.as_deref(), content, done)
}

fn downloaded(target: &Path, key: &str, content: &[u8], done: bool) -> Result<(), String> {
    let names = fs::read_dir(target).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.retain(|name| name != key);
    if !names.is_empty() {
        return Err(format!("{names:?} were left"));
    }
    let file = fs::read(target.join(key)).ok();
    whole(key, file.as_deref(), content, done)
}

fn whole(key: &str, found: Option<&[u8]>, content: &[u8], done: bool) -> Result<(), String> {
    match found {
        Some(found) if found != content => Err(format!("{key} has other bytes")),
        None if done => Err(format!("{key} is said to be there, and is not")),
        _ => Ok(()),
    }
}

/// At the new key when done; after an error at one of the two, at least.
async fn renamed(bed: &FaultBed, key: &str, content: &[u8], done: bool) -> Result<(), String> {
    let (old, new) = (bed.get(key).await, bed.get(&new_name(key)).await);
    if done && old.is_some() {
        return Err(format!("{key} is still there"));
    }
    if old.is_none() && new.is_none() {
        return Err(format!("{key} is lost"));
    }
    whole(key, old.as_deref(), content, false)?;
    whole(&new_name(key), new.as_deref(), content, done)
}

/// Gone when done, and in the bin; after an error in one of the two places.
async fn deleted(bed: &FaultBed, key: &str, content: &[u8], done: bool) -> Result<(), String> {
    let there = bed.get(key).await;
    if done && there.is_some() {
        return Err(format!("{key} is still there"));
    }
    let mut found = there;
    for kept in bed.keys().await {
        if kept.starts_with(bin::BIN_PREFIX) && kept.ends_with(key) {
            found = bed.get(&kept).await;
        }
    }
    whole(key, found.as_deref(), content, true)
}
