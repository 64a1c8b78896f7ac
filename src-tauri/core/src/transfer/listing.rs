//! What is in the bucket already, seen by listing: never a question per file.

use std::collections::HashMap;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::Object;

use crate::clock::UnixMillis;
use crate::error::Result;
use crate::store::{Operation, Store, classify};

/// One object as a listing tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) key: String,
    /// Bytes.
    pub(super) size: u64,
    pub(super) modified_at: Option<UnixMillis>,
    pub(super) etag: Option<String>,
    /// Where it is not the standard one.
    pub(super) storage_class: Option<String>,
}

/// Everything below a prefix.
pub(super) async fn below(store: &Store, prefix: &str) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    let mut token = None;
    loop {
        let page = page(store, prefix, None, token, None).await?;
        token = next_token(&page);
        all.extend(page.contents.unwrap_or_default().into_iter().filter_map(listed));
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// Whether there is anything below a prefix.
pub(super) async fn is_anything_below(store: &Store, prefix: &str) -> Result<bool> {
    let page = page(store, prefix, None, None, Some(1)).await?;
    Ok(!page.contents().is_empty())
}

/// Which of the keys are taken, and by what. Walks the listing and the sorted
/// keys side by side and skips whatever lies between two keys, so that the
/// number of pages is bounded by the fewer of keys and objects.
pub(super) async fn existing(store: &Store, keys: &[&str]) -> Result<HashMap<String, Listed>> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    let prefix = common_prefix(&keys);
    let mut found = HashMap::new();
    let mut next = 0;
    let mut after = String::new();
    while let Some(key) = keys.get(next) {
        after = just_before(key).max(&after).to_owned();
        let page = page(store, prefix, Some(&after), None, None).await?;
        let Some(last) = take_page(&page, &keys[next..], &after, &mut found) else {
            // The store does not list in byte order from where it is told to.
            return existing_of_all(store, prefix, &keys).await;
        };
        if !page.is_truncated().unwrap_or_default() {
            break;
        }
        next += keys[next..].partition_point(|key| *key <= last.as_str());
        after = last;
    }
    Ok(found)
}

async fn existing_of_all(
    store: &Store,
    prefix: &str,
    keys: &[&str],
) -> Result<HashMap<String, Listed>> {
    let all = below(store, prefix).await?;
    Ok(all
        .into_iter()
        .filter(|object| keys.binary_search(&object.key.as_str()).is_ok())
        .map(|object| (object.key.clone(), object))
        .collect())
}

/// Notes the keys that the page has; gives the page's last key, or `None` for a
/// page that is out of order.
fn take_page(
    page: &ListObjectsV2Output,
    keys: &[&str],
    after: &str,
    found: &mut HashMap<String, Listed>,
) -> Option<String> {
    let mut last = after;
    for object in page.contents() {
        let key = object.key()?;
        if key <= last {
            return None;
        }
        last = key;
        if keys.binary_search(&key).is_ok()
            && let Some(object) = listed(object.clone())
        {
            found.insert(key.to_owned(), object);
        }
    }
    Some(last.to_owned())
}

async fn page(
    store: &Store,
    prefix: &str,
    after: Option<&str>,
    token: Option<String>,
    most: Option<i32>,
) -> Result<ListObjectsV2Output> {
    store
        .client()
        .list_objects_v2()
        .bucket(store.bucket())
        .prefix(prefix)
        .set_start_after(after.filter(|after| !after.is_empty()).map(str::to_owned))
        .set_continuation_token(token)
        .set_max_keys(most)
        .send()
        .await
        .map_err(|error| classify(Operation::List, prefix, error))
}

fn next_token(page: &ListObjectsV2Output) -> Option<String> {
    if !page.is_truncated().unwrap_or_default() {
        return None;
    }
    page.next_continuation_token().map(str::to_owned)
}

fn listed(object: Object) -> Option<Listed> {
    let storage_class = object
        .storage_class()
        .map(|class| class.as_str().to_owned())
        .filter(|class| class != "STANDARD");
    Some(Listed {
        size: object.size().and_then(|size| u64::try_from(size).ok())?,
        modified_at: object
            .last_modified()
            .and_then(|time| time.to_millis().ok()),
        etag: object.e_tag,
        key: object.key?,
        storage_class,
    })
}

/// Sorts before the key, and after nearly everything that does.
fn just_before(key: &str) -> &str {
    let last = key.chars().next_back().map_or(0, char::len_utf8);
    &key[..key.len() - last]
}

fn common_prefix<'a>(sorted: &[&'a str]) -> &'a str {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return "";
    };
    let common = first
        .char_indices()
        .zip(last.chars())
        .find(|((_, a), b)| a != b)
        .map(|((at, _), _)| at);
    &first[..common.unwrap_or(first.len().min(last.len()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_lies_before_its_key() {
        assert_eq!(just_before("week 1/é"), "week 1/");
        assert_eq!(just_before("a"), "");
    }

    #[test]
    fn the_common_prefix_is_of_all_sorted_keys() {
        assert_eq!(common_prefix(&["a/b", "a/c", "a/cd"]), "a/");
        assert_eq!(common_prefix(&["é", "è"]), "");
        assert_eq!(common_prefix(&["ab", "abc"]), "ab");
        assert_eq!(common_prefix(&["x"]), "x");
    }

    #[test]
    fn a_page_out_of_order_is_noticed() {
        let object = |key: &str| Object::builder().key(key).size(1).build();
        let page = ListObjectsV2Output::builder()
            .contents(object("b"))
            .contents(object("a"))
            .build();

        assert_eq!(take_page(&page, &["a"], "", &mut HashMap::new()), None);
    }
}
