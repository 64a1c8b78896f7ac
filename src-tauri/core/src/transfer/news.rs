//! What happened to the items of a job, one after the other: for whoever wants
//! every begin and end, where the [`Snapshot`](super::Snapshot) shows those
//! that are worth seeing now. It is asked for from time to time; what happened
//! before the first time counts too.

use std::sync::{Mutex, PoisonError};

use super::items::ItemTable;
use super::model::{ItemNews, ItemPhase, SkipReason, Skipped};
use super::work::Work;
use crate::browse::place;
use crate::job::Tally;

/// How much of a job was told.
#[derive(Default)]
pub(super) struct News(Mutex<Told>);

#[derive(Default)]
struct Told {
    skipped: bool,
    failures: usize,
}

impl News {
    /// Since the last time, of a job with items of its own.
    pub(super) fn of_items(
        &self,
        items: &ItemTable,
        work: &Work,
        skipped: &[Skipped],
    ) -> Vec<ItemNews> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before: &[Skipped] = if told.skipped { &[] } else { skipped };
        told.skipped = true;
        let before = before.iter().map(|skipped| ItemNews {
            name: skipped.name.clone(),
            key: None,
            phase: ItemPhase::Skipped,
            bytes: 0,
            why: Some(skipped.why),
            error: None,
        });
        let since = items.news().into_iter().map(|(index, state)| ItemNews {
            key: key(work, index, &state.name),
            name: state.name,
            phase: state.phase,
            bytes: state.bytes_total,
            why: (state.phase == ItemPhase::Skipped).then_some(SkipReason::Same),
            error: state.error,
        });
        before.chain(since).collect()
    }

    /// Since the last time, of a job that only counts its items.
    pub(super) fn of_count(&self, tally: &Tally) -> Vec<ItemNews> {
        let done = tally.take_done().into_iter().map(|done| ItemNews {
            name: done.name,
            key: Some(done.key),
            phase: ItemPhase::Done,
            bytes: done.size,
            why: None,
            error: None,
        });
        let failures = tally.failures();
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = failures.get(told.failures..).unwrap_or_default();
        told.failures = failures.len();
        let failed = new.iter().map(|failure| ItemNews {
            name: failure.name.clone(),
            key: None,
            phase: ItemPhase::Failed,
            bytes: 0,
            why: None,
            error: Some(failure.error.clone()),
        });
        done.chain(failed).collect()
    }
}

/// The key of an item: the object's, or what the file or copy becomes. One that
/// goes beside another may have found its number taken: it lies in the planned
/// folder, with the last segment of the name that it has now.
fn key(work: &Work, index: usize, name: &str) -> Option<String> {
    let (key, beside) = match work {
        Work::Upload(items) => items.get(index).map(|item| (&item.key, item.beside)),
        Work::Download(items) => items.get(index).map(|item| (&item.key, false)),
        Work::Move(items) => items.get(index).map(|item| (&item.to, item.beside)),
    }?;
    if !beside {
        return Some(key.clone());
    }
    let folder = &key[..key.len() - place::last_segment(key).len()];
    Some(format!("{folder}{}", place::last_segment(name)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::{Code, Error};
    use crate::job::{ItemDone, JobId, JobReporter};
    use crate::transfer::condition::Condition;
    use crate::transfer::disk::Source;
    use crate::transfer::work::{UploadItem, UploadSource};

    fn upload(names: &[&str]) -> (ItemTable, Work) {
        let items = names.iter().map(|name| UploadItem {
            name: (*name).to_owned(),
            key: format!("w/{name}"),
            source: UploadSource::File(Source {
                path: (*name).into(),
                size: 7,
                modified: None,
            }),
            condition: Condition::Absent,
            beside: true,
            unless_same: false,
            remove_local: false,
        });
        let work = Work::Upload(items.collect());
        (ItemTable::of(work.outline()), work)
    }

    fn told(news: &[ItemNews]) -> Vec<(&str, ItemPhase)> {
        let told = news.iter().map(|news| (news.name.as_str(), news.phase));
        told.collect()
    }

    #[test]
    fn every_begin_and_end_is_told_once_and_what_was_before_too() {
        let (items, work) = upload(&["a", "b", "c"]);
        let news = News::default();
        let skipped = [Skipped {
            name: "x".into(),
            why: SkipReason::Junk,
        }];
        items.run(0);
        items.set(0, ItemPhase::Verified);
        items.run(1);

        let first = news.of_items(&items, &work, &skipped);

        assert_eq!(
            told(&first),
            [
                ("x", ItemPhase::Skipped),
                ("a", ItemPhase::Running),
                ("a", ItemPhase::Verified),
                ("b", ItemPhase::Running),
            ]
        );
        assert_eq!(first[0].why, Some(SkipReason::Junk));
        assert_eq!((first[2].key.as_deref(), first[2].bytes), (Some("w/a"), 7));

        items.set(1, ItemPhase::Retrying);
        items.set(1, ItemPhase::Running);
        items.fail(1, Error::new(Code::NoNetwork, "No network."));
        items.cancel_rest();
        let second = news.of_items(&items, &work, &skipped);

        let expected = [("b", ItemPhase::Failed), ("c", ItemPhase::Cancelled)];
        assert_eq!(told(&second), expected);
        assert!(second[0].error.is_some());
        assert!(news.of_items(&items, &work, &skipped).is_empty());
    }

    #[test]
    fn an_upload_that_took_another_number_is_told_by_its_key() {
        let (items, work) = upload(&["a (2)"]);
        items.run(0);
        items.rename(0, "a (3)".to_owned());
        items.set(0, ItemPhase::Done);

        let news = News::default().of_items(&items, &work, &[]);

        assert_eq!(news[1].key.as_deref(), Some("w/a (3)"));
    }

    #[test]
    fn a_job_that_only_counts_tells_once_what_it_did_and_what_failed() {
        let tally = Tally::new(JobId(1), 3, 0);
        let reporter = JobReporter::new(Arc::clone(&tally));
        let done = |name: &str| ItemDone {
            name: name.into(),
            key: format!("w/{name}"),
            size: 7,
        };
        let news = News::default();
        reporter.object_done(|| done("unheard"), 7);
        tally.listen();
        reporter.object_done(|| done("a"), 7);
        reporter.item_failed("b", Error::cancelled());

        let first = news.of_count(&tally);

        let expected = [("a", ItemPhase::Done), ("b", ItemPhase::Failed)];
        assert_eq!(told(&first), expected);
        assert_eq!(first[0].key.as_deref(), Some("w/a"));
        assert!(news.of_count(&tally).is_empty());
    }
}
