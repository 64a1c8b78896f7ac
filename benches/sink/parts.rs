//! Uploads in parts that are under way.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::objects::Object;
use crate::xml::escape;

pub struct Upload {
    pub key: String,
    /// What was said at its beginning.
    pub told: Object,
    pub parts: BTreeMap<u32, Object>,
}

#[derive(Default)]
pub struct Uploads {
    under_way: Mutex<HashMap<String, Upload>>,
    last: AtomicU64,
}

impl Uploads {
    pub fn begin(&self, key: String, told: Object) -> String {
        let id = format!("upload-{}", self.last.fetch_add(1, Ordering::Relaxed));
        let upload = Upload {
            key,
            told,
            parts: BTreeMap::new(),
        };
        self.all().insert(id.clone(), upload);
        id
    }

    pub fn all(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What ListParts answers: all of them at once.
    pub fn list_parts(&self, id: &str) -> Option<String> {
        let uploads = self.all();
        let upload = uploads.get(id)?;
        let mut xml = String::from("<ListPartsResult><IsTruncated>false</IsTruncated>");
        for (number, part) in &upload.parts {
            let _ = write!(
                xml,
                "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag><Size>{}</Size>",
                part.etag.replace('"', "&quot;"),
                part.size
            );
            for (name, value) in &part.headers {
                if let (Some(element), Ok(value)) = (element(name), value.to_str()) {
                    let _ = write!(xml, "<{element}>{value}</{element}>");
                }
            }
            xml.push_str("</Part>");
        }
        xml.push_str("</ListPartsResult>");
        Some(xml)
    }

    /// What ListMultipartUploads answers.
    pub fn list(&self) -> String {
        let mut xml = String::from("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
        for (id, upload) in &*self.all() {
            xml.push_str("<Upload><Key>");
            escape(&upload.key, &mut xml);
            let _ = write!(xml, "</Key><UploadId>{id}</UploadId></Upload>");
        }
        xml.push_str("</ListMultipartUploadsResult>");
        xml
    }
}

fn element(header: &str) -> Option<&'static str> {
    match header {
        "x-amz-checksum-crc32" => Some("ChecksumCRC32"),
        "x-amz-checksum-crc64nvme" => Some("ChecksumCRC64NVME"),
        _ => None,
    }
}
