#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use proptest::prelude::*;

use super::*;
use crate::store::list::Object;

/// How a store answers that does not quite do what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Right,
    /// Begins at the beginning, whatever it is told.
    DeafToStart,
    /// Has an order of its own, which its tokens follow.
    OwnOrder,
    /// Gives the same token again and again, and so the same page.
    RepeatsToken,
    /// The second page begins before the first one ended.
    Backwards,
    /// Refuses to begin after a key.
    RefusesStart,
    /// Every third request fails, as if there were too many.
    Busy,
    /// Every page but the last is announced without a way on.
    NoToken,
    /// All prefixes come before all keys.
    PrefixesFirst,
}

/// A bucket in memory.
struct Bucket {
    keys: BTreeSet<String>,
    listed: OnceLock<Vec<String>>,
    prefix: String,
    depth: Depth,
    page: usize,
    manner: Manner,
    calls: AtomicU32,
    most_at_once: AtomicU32,
    at_once: AtomicU32,
    /// Answers come in an order that follows from this.
    delays: Mutex<u64>,
}

impl Bucket {
    fn of(keys: impl IntoIterator<Item = String>, prefix: &str, depth: Depth, page: usize) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            listed: OnceLock::new(),
            prefix: prefix.to_owned(),
            depth,
            page,
            manner: Manner::Right,
            calls: AtomicU32::new(0),
            most_at_once: AtomicU32::new(0),
            at_once: AtomicU32::new(0),
            delays: Mutex::new(0),
        }
    }

    fn mannered(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// Names below the prefix, summed up by the delimiter where there is one: the
    /// model that a listing has to equal.
    fn names(&self) -> Vec<String> {
        let below = self.keys.iter().filter(|key| key.starts_with(&self.prefix));
        let summed = below.map(|key| {
            let rest = &key[self.prefix.len()..];
            match rest.find('/') {
                Some(at) if self.depth == Depth::Folder => {
                    key[..=self.prefix.len() + at].to_owned()
                }
                _ => key.clone(),
            }
        });
        summed.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn is_folder(&self, name: &str) -> bool {
        self.depth == Depth::Folder && name.ends_with('/') && name.len() > self.prefix.len()
    }

    /// The names as the store has them.
    fn in_its_order(&self) -> Vec<String> {
        let mut names = self.names();
        match self.manner {
            Manner::OwnOrder => names.sort_by_key(|name| name.bytes().rev().collect::<Vec<_>>()),
            Manner::PrefixesFirst => names.sort_by_key(|name| !self.is_folder(name)),
            _ => {}
        }
        names
    }

    fn answer(&self, after: Option<&str>, token: Option<&str>) -> Result<Listed> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.manner == Manner::Busy && call % 3 == 2 {
            return Err(Error::new(Code::Throttled, "slow down"));
        }
        if self.manner == Manner::RefusesStart && after.is_some() {
            return Err(Error::new(Code::Unsupported, "no start"));
        }
        let is_folder = |name: &String| self.is_folder(name);
        let names = self.listed.get_or_init(|| self.in_its_order());
        // S3: a prefix is summed up again where a key below it comes after.
        let comes_after = |name: &String| {
            after.is_none_or(|after| {
                name.as_str() > after || (is_folder(name) && after.starts_with(name.as_str()))
            })
        };
        let from = match token {
            Some(token) => token.parse().unwrap(),
            None if self.manner == Manner::DeafToStart => 0,
            None if after.is_none() => 0,
            None => names.iter().position(comes_after).unwrap_or(names.len()),
        };
        let to = names.len().min(from + self.page);
        let mut next = to;
        let truncated = to < names.len();
        match self.manner {
            Manner::RepeatsToken if token.is_some() => next = from,
            Manner::Backwards if from > 0 => next = to - 1,
            _ => {}
        }
        let mut listed = Listed {
            token: (truncated && self.manner != Manner::NoToken).then(|| next.to_string()),
            truncated,
            ..Listed::default()
        };
        for name in &names[from..to] {
            if is_folder(name) {
                listed.page.folders.push(name.clone());
            } else {
                listed.page.objects.push(Object {
                    key: name.clone(),
                    ..Object::default()
                });
            }
        }
        Ok(listed)
    }

    /// Some answers come later than others that were asked for after them.
    async fn delayed(&self) {
        let turns = {
            let mut delays = self.delays.lock().unwrap();
            *delays = delays
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*delays >> 60) as u32
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }

    fn lister(self: &Arc<Self>, in_order: bool) -> Lister {
        let bucket = Arc::clone(self);
        let source = Source {
            page: Arc::new(move |after, token| {
                let bucket = Arc::clone(&bucket);
                async move {
                    let now = bucket.at_once.fetch_add(1, Ordering::Relaxed) + 1;
                    bucket.most_at_once.fetch_max(now, Ordering::Relaxed);
                    bucket.delayed().await;
                    bucket.at_once.fetch_sub(1, Ordering::Relaxed);
                    bucket.answer(after.as_deref(), token.as_deref())
                }
                .boxed()
            }),
            refusals: Arc::new(|| 0),
        };
        let lister = Lister::new(source, self.prefix.clone(), self.depth);
        if in_order { lister } else { lister.unordered() }
    }

    fn listed(self: &Arc<Self>, in_order: bool) -> Result<Vec<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(async {
            let mut lister = self.lister(in_order);
            let mut all = Vec::new();
            while let Some(page) = lister.next().await? {
                all.extend(names(page));
            }
            Ok(all)
        })
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

fn names(page: Page) -> Vec<String> {
    let objects = page.objects.into_iter().map(|object| object.key);
    let mut names: Vec<_> = objects.chain(page.folders).collect();
    names.sort_unstable();
    names
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

fn flat(count: u32) -> Vec<String> {
    (0..count)
        .map(|number| format!("old/{number:07}.bin"))
        .collect()
}

fn nested(folders: u32, files: u32) -> Vec<String> {
    (0..folders)
        .flat_map(|folder| (0..files).map(move |file| format!("old/d{folder:05}/f{file:03}.bin")))
        .collect()
}

fn hashed(count: u64) -> Vec<String> {
    let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number << 7);
    (0..count)
        .map(|number| format!("{:016x}", hash(number)))
        .collect()
}

fn worded(count: u32) -> Vec<String> {
    const WORDS: [&str; 6] = [
        "Biology",
        "Übung",
        "lecture notes",
        "week 1",
        "archive",
        "IMG_",
    ];
    (0..count)
        .map(|number| {
            let word = |at: u32| WORDS[(number / at) as usize % WORDS.len()];
            format!("{}/{}/{} {number}.pdf", word(1), word(6), word(36))
        })
        .collect()
}

#[test]
fn large_listings_are_right_and_cost_hardly_a_request_more() {
    for (what, keys) in [
        ("flat", flat(20_000)),
        ("flat, a few", flat(2_345)),
        ("nested", nested(200, 100)),
        ("hashed", hashed(20_000)),
        ("worded", worded(20_000)),
    ] {
        for in_order in [true, false] {
            let bucket = Arc::new(Bucket::of(keys.clone(), "", Depth::All, 200));
            let model = bucket.names();

            let listed = bucket.listed(in_order).unwrap();

            let listed = if in_order { listed } else { sorted(listed) };
            assert!(
                listed == model,
                "{what} {in_order}: {} of {}",
                listed.len(),
                model.len()
            );
            let least = model.len().div_ceil(200) as f64;
            let calls = f64::from(bucket.calls());
            let most = bucket.most_at_once.load(Ordering::Relaxed);
            assert!(
                calls <= 1.12 * least + 3.0,
                "{what} {in_order}: {calls} of {least}"
            );
            assert!(
                least < 50.0 || most >= 3,
                "{what} {in_order}: {most} at once"
            );
        }
    }
}

/// Keys with everything that keys may have.
fn odd_key() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => "[a-c0-9]{1,3}",
        1 => Just(String::new()),
        1 => Just(".".to_owned()),
        1 => Just("..".to_owned()),
        1 => "[ +%&=?#\u{1}\u{7f}\u{202e}\u{200f}\u{e9}\u{301}\u{1f389}\u{ffff}\u{10ffff}]{1,3}",
        1 => Just(" a ".to_owned()),
    ];
    let key = prop::collection::vec(segment, 1..4).prop_map(|segments| segments.join("/"));
    prop_oneof![
        12 => key.clone(),
        // A folder's marker, and with the same name a file.
        2 => key.clone().prop_map(|key| key + "/"),
        1 => key.prop_map(|key| key.chars().chain("long/".chars().cycle()).take(1_024).collect()),
    ]
    .prop_filter("a key has 1 to 1,024 bytes", |key| {
        !key.is_empty() && key.len() <= 1_024
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_listing_equals_the_model(
        keys in prop::collection::btree_set(odd_key(), 0..300),
        at in any::<prop::sample::Index>(),
        folder in any::<bool>(),
        page in 1_usize..20,
        in_order in any::<bool>(),
        delays in any::<u64>(),
    ) {
        // A prefix of some key, or none.
        let keys: Vec<String> = keys.into_iter().collect();
        let prefix = match keys.get(at.index(keys.len() + 3)) {
            Some(key) => key.chars().take(at.index(7)).collect(),
            None => String::new(),
        };
        let depth = if folder { Depth::Folder } else { Depth::All };
        let bucket = Bucket::of(keys, &prefix, depth, page);
        *bucket.delays.lock().unwrap() = delays;
        let bucket = Arc::new(bucket);

        let listed = bucket.listed(in_order).unwrap();

        let listed = if in_order { listed } else { sorted(listed) };
        prop_assert_eq!(listed, bucket.names());
    }

    #[test]
    fn whatever_a_store_does_the_list_is_right_or_there_is_an_error(
        count in 0_u32..2_000,
        nest in any::<bool>(),
        folder in any::<bool>(),
        page in 1_usize..50,
        in_order in any::<bool>(),
        delays in any::<u64>(),
        manner in prop::sample::select(vec![
            Manner::DeafToStart, Manner::OwnOrder, Manner::RepeatsToken, Manner::Backwards,
            Manner::RefusesStart, Manner::Busy, Manner::NoToken, Manner::PrefixesFirst,
        ]),
    ) {
        let mut keys = flat(count);
        if nest {
            keys.extend(nested(count / 20, 3));
        }
        let depth = if folder { Depth::Folder } else { Depth::All };
        // An order of its own is noticed where a page shows it, not where each is one key.
        let page = if manner == Manner::OwnOrder { page.max(30) } else { page };
        let bucket = Bucket::of(keys, "old/", depth, page).mannered(manner);
        *bucket.delays.lock().unwrap() = delays;
        let bucket = Arc::new(bucket);

        match bucket.listed(in_order) {
            Ok(listed) => prop_assert_eq!(sorted(listed), bucket.names()),
            Err(error) => prop_assert!(
                matches!(error.code, Code::ServiceFailed | Code::Throttled),
                "{:?}", error,
            ),
        }
    }
}

/// A listing of a store with a manner, in as many pages as wanted.
fn mannered(manner: Manner, count: u32) -> (Arc<Bucket>, Result<Vec<String>>) {
    let bucket = Arc::new(Bucket::of(flat(count), "", Depth::All, 10).mannered(manner));
    let listed = bucket.listed(true);
    (bucket, listed)
}

#[test]
fn stores_that_lists_can_be_had_from_in_another_way_are_listed_whole() {
    for manner in [
        Manner::DeafToStart,
        Manner::OwnOrder,
        Manner::RepeatsToken,
        Manner::Backwards,
        Manner::RefusesStart,
        Manner::Busy,
        Manner::PrefixesFirst,
    ] {
        let (bucket, listed) = mannered(manner, 500);

        let listed = listed.map_err(|error| (manner, error)).unwrap();

        assert!(sorted(listed) == bucket.names(), "{manner:?}");
    }
}

#[test]
fn a_chain_that_goes_in_circles_ends_with_an_error() {
    struct Circling(AtomicU32);
    let calls = Arc::new(Circling(AtomicU32::new(0)));
    let source = Source {
        page: Arc::new(move |_, _| {
            let call = calls.0.fetch_add(1, Ordering::Relaxed);
            async move {
                let object = Object {
                    key: ["b", "a"][call as usize % 2].to_owned(),
                    ..Object::default()
                };
                Ok(Listed {
                    page: Page {
                        objects: vec![object],
                        folders: Vec::new(),
                    },
                    token: Some(call.to_string()),
                    truncated: true,
                })
            }
            .boxed()
        }),
        refusals: Arc::new(|| 0),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let (names, error) = runtime.block_on(async {
        let mut lister = Lister::new(source, String::new(), Depth::All);
        let mut all = Vec::new();
        loop {
            match lister.next().await {
                Ok(page) => all.extend(names(page.unwrap())),
                Err(error) => break (all, error),
            }
        }
    });

    assert_eq!(error.code, Code::ServiceFailed);
    assert_eq!(names, ["b", "a"]);
}

#[test]
fn the_first_page_is_handed_over_before_another_has_come() {
    let bucket = Arc::new(Bucket::of(flat(5_000), "", Depth::All, 100));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut lister = bucket.lister(true);
        let first = lister.next().await.unwrap().unwrap();

        assert_eq!(first.len(), 100);
        assert_eq!(bucket.calls(), 1);
    });
}

#[test]
fn a_listing_that_is_dropped_asks_for_nothing_more() {
    let bucket = Arc::new(Bucket::of(flat(50_000), "", Depth::All, 100));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut lister = bucket.lister(false);
        for _ in 0..50 {
            lister.next().await.unwrap();
        }
        drop(lister);
        let calls = bucket.calls();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }

        assert_eq!(bucket.calls(), calls);
    });
}

#[test]
fn pages_that_wait_for_their_turn_are_few() {
    // A gap that no cut foresees: far more keys lie before it than it seems.
    let mut keys: Vec<String> = (0..30_000).map(|n| format!("a/{n:012}")).collect();
    keys.extend((0..30_000).map(|n| format!("z/{n:012}")));
    let bucket = Arc::new(Bucket::of(keys, "", Depth::All, 100));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut lister = bucket.lister(true);
        let mut most = 0;
        let mut came = Vec::new();
        while let Some(page) = lister.next().await.unwrap() {
            most = most.max(lister.ranges.iter().map(|range| range.queue.len()).sum());
            came.extend(names(page));
        }

        assert!(came == bucket.names());
        // Those under way come on top.
        assert!(most <= MOST_WAITING_IN_ALL + 32, "{most}");
    });
}
