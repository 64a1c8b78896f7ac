//! What is in the bucket already, seen by listing: never a question per file.

use std::collections::HashMap;
use std::sync::Arc;

use crate::browse::lister::Lister;
use crate::browse::pages::{Depth, Object, Pages};
use crate::error::Result;
use crate::store::Store;

/// Everything below a prefix.
pub(super) async fn below(store: &Arc<Store>, prefix: &str) -> Result<Vec<Object>> {
    let mut pages = Lister::of(Arc::clone(store), prefix, Depth::All);
    let mut all = Vec::new();
    while let Some(page) = pages.next().await? {
        all.extend(page.objects);
    }
    Ok(all)
}

/// Whether there is anything below a prefix.
pub(super) async fn is_anything_below(store: &Arc<Store>, prefix: &str) -> Result<bool> {
    let mut pages = Pages::of(Arc::clone(store), prefix, Depth::All);
    while let Some(page) = pages.next().await? {
        if !page.objects.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Which of the keys are taken, and by what. Walks the listing and the sorted
/// keys side by side and skips whatever lies between two keys, so that the
/// number of pages is bounded by the fewer of keys and objects.
pub(super) async fn existing(store: &Arc<Store>, keys: &[&str]) -> Result<HashMap<String, Object>> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    let prefix = common_prefix(&keys);
    let mut found = HashMap::new();
    let mut next = 0;
    let mut after = String::new();
    while let Some(key) = keys.get(next) {
        if after.as_str() < just_before(key) {
            after = just_before(key).to_owned();
        }
        let mut pages = Pages::of(Arc::clone(store), prefix, Depth::All).after(&after);
        let Some(page) = pages.next().await? else {
            break;
        };
        let first = page.objects.first();
        if first.is_some_and(|object| object.key <= after && !after.is_empty()) {
            // The store does not begin where it is told to.
            return existing_of_all(store, prefix, &keys).await;
        }
        if let Some(last) = page.objects.last() {
            after.clone_from(&last.key);
        }
        take_wanted(page.objects, &keys, &mut found);
        if pages.is_done() {
            break;
        }
        next += keys[next..].partition_point(|key| *key <= after.as_str());
    }
    Ok(found)
}

async fn existing_of_all(
    store: &Arc<Store>,
    prefix: &str,
    keys: &[&str],
) -> Result<HashMap<String, Object>> {
    let mut found = HashMap::new();
    let mut pages = Pages::of(Arc::clone(store), prefix, Depth::All);
    while let Some(page) = pages.next().await? {
        take_wanted(page.objects, keys, &mut found);
    }
    Ok(found)
}

fn take_wanted(objects: Vec<Object>, keys: &[&str], found: &mut HashMap<String, Object>) {
    for object in objects {
        if keys.binary_search(&object.key.as_str()).is_ok() {
            found.insert(object.key.clone(), object);
        }
    }
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
    let differs = first
        .char_indices()
        .zip(last.chars())
        .find(|((_, a), b)| a != b)
        .map(|((at, _), _)| at);
    &first[..differs.unwrap_or(first.len().min(last.len()))]
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
}
