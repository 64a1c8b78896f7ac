//! One page of the unfinished uploads of a bucket. They are few, so that all of
//! them are read and the page is cut out.

use crate::multipart::Upload;

/// Which uploads are asked for (S3 API reference, ListMultipartUploads).
#[derive(Debug, Clone, Default)]
pub struct UploadQuery {
    pub prefix: String,
    pub delimiter: String,
    pub key_marker: Option<String>,
    pub upload_id_marker: Option<String>,
    pub most: usize,
}

/// What is on the page, and the key and upload id after which the next begins.
#[derive(Debug, Default)]
pub struct UploadPage {
    pub uploads: Vec<Upload>,
    pub prefixes: Vec<String>,
    pub next: Option<(String, String)>,
}

/// Cuts a page out of `uploads`, which are sorted by key and age.
pub fn page(uploads: Vec<Upload>, query: &UploadQuery) -> UploadPage {
    let mut page = UploadPage::default();
    let mut last = (String::new(), String::new());
    // Uploads of the key that the last page ended in go on after that upload.
    let mut resumed = query.key_marker.is_none() || query.upload_id_marker.is_none();
    for upload in uploads
        .into_iter()
        .filter(|upload| upload.key.starts_with(&query.prefix))
    {
        let group = group_of(&upload.key, query);
        if is_before(&upload, group.as_deref(), query, &mut resumed) {
            continue;
        }
        if group.is_some() && group.as_ref() == page.prefixes.last() {
            continue;
        }
        if page.uploads.len() + page.prefixes.len() == query.most {
            page.next = (query.most > 0).then_some(last);
            return page;
        }
        match group {
            Some(prefix) => {
                last = (prefix.clone(), String::new());
                page.prefixes.push(prefix);
            }
            None => {
                last = (upload.key.clone(), upload.id.clone());
                page.uploads.push(upload);
            }
        }
    }
    page
}

fn is_before(
    upload: &Upload,
    group: Option<&str>,
    query: &UploadQuery,
    resumed: &mut bool,
) -> bool {
    let Some(marker) = &query.key_marker else {
        return false;
    };
    if group.is_some_and(|group| group <= marker.as_str()) {
        return true;
    }
    if upload.key == *marker
        && query
            .upload_id_marker
            .as_deref()
            .is_some_and(|id| !id.is_empty())
    {
        let passed = *resumed;
        *resumed = *resumed || query.upload_id_marker.as_ref() == Some(&upload.id);
        return !passed;
    }
    upload.key <= *marker
}

fn group_of(key: &str, query: &UploadQuery) -> Option<String> {
    if query.delimiter.is_empty() {
        return None;
    }
    let rest = key.get(query.prefix.len()..)?;
    let at = rest.find(&query.delimiter)?;
    Some(key[..query.prefix.len() + at + query.delimiter.len()].to_owned())
}
