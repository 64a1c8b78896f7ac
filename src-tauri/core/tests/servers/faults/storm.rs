//! Everything at once: each fault strikes one request in so many, by chance,
//! while a folder goes up and comes down again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use lectern_core::job::{Job, JobPhase};
use lectern_core::transfer::{self, Summary, finished};
use lectern_faults::{Fault, FaultProxy, Operation, Rule};

use super::bed::{FaultBed, Known};
use crate::transfer::{bytes, folder};

const ONE_IN: u64 = 60;
/// How often what failed is tried again while the storm goes on.
const RETRIES: usize = 3;

const FAULTS: [Fault; 15] = [
    Fault::Latency(Duration::from_millis(50)),
    Fault::ResetRequest { after: 50 },
    Fault::ResetAnswer { after: 50 },
    Fault::StallRequest {
        after: 50,
        pause: Duration::from_millis(50),
    },
    Fault::StallAnswer {
        after: 50,
        pause: Duration::from_millis(50),
    },
    Fault::TruncatedAnswer { after: 20 },
    Fault::ShortAnswer { by: 10 },
    Fault::CorruptRequest { at: 5_000 },
    Fault::CorruptAnswer { at: 5_000 },
    Fault::Refuse {
        status: 500,
        code: "InternalError",
    },
    Fault::Refuse {
        status: 503,
        code: "SlowDown",
    },
    Fault::Refuse {
        status: 429,
        code: "TooManyRequests",
    },
    Fault::WrongChecksum,
    Fault::LostAnswer,
    Fault::Twice,
];

fn break_out(proxy: &FaultProxy) {
    const TRANSFERS: [Operation; 6] = [
        Operation::PutObject,
        Operation::CreateMultipartUpload,
        Operation::UploadPart,
        Operation::CompleteMultipartUpload,
        Operation::HeadObject,
        Operation::GetObject,
    ];
    for fault in FAULTS {
        let rule = Rule::matching(|request| TRANSFERS.contains(&request.operation), fault);
        proxy.add(rule.one_in(ONE_IN));
    }
}

/// Tries again what failed, at last with nothing in its way.
async fn to_its_end(bed: &FaultBed, mut job: Job) {
    for round in 0..=RETRIES {
        let summary: Summary = finished(&bed.lectern, job.id).await.unwrap();
        if summary.phase == JobPhase::Done {
            return bed.proxy.clear();
        }
        if round + 1 >= RETRIES {
            bed.proxy.clear();
        }
        job = transfer::retry(&bed.lectern, job.id).await.unwrap();
    }
    panic!("it does not come to its end with nothing in its way");
}

fn same(one: &Path, other: &Path) {
    for entry in fs::read_dir(one).unwrap() {
        let name = entry.unwrap().file_name();
        let (one, other) = (one.join(&name), other.join(&name));
        assert!(
            fs::read(one).unwrap() == fs::read(other).unwrap(),
            "{name:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_all_faults_loses_nothing() {
    for known in [Known::AsAmazon, Known::AsOther] {
        let bed = FaultBed::new(known).await;
        let root = bed.folder.path().join("local/w");
        fs::create_dir_all(&root).unwrap();
        for number in 0..120 {
            let content = bytes(number * 1_000);
            fs::write(root.join(format!("{number}.bin")), content).unwrap();
        }
        for number in 0..3 {
            let content = bytes((17 << 20) + number);
            fs::write(root.join(format!("large-{number}.bin")), content).unwrap();
        }

        let plan = bed.plan_up("", std::slice::from_ref(&root)).await;
        break_out(&bed.proxy);
        let job = bed.begin(&plan, None).await;
        to_its_end(&bed, job).await;
        let target = bed.folder.path().join("back");
        let plan = bed.plan_down(vec![folder("w/")], &target).await;
        break_out(&bed.proxy);
        let job = bed.begin(&plan, None).await;
        to_its_end(&bed, job).await;

        same(&root, &target.join("w"));
        same(&target.join("w"), &root);
        let mut struck: BTreeMap<&str, u32> = BTreeMap::new();
        for fault in bed.proxy.log().passed.iter().flat_map(|one| &one.faults) {
            *struck.entry(*fault).or_default() += 1;
        }
        #[allow(clippy::print_stdout, reason = "shown with --nocapture")]
        {
            println!("{known:?}: {struck:?}");
        }
        assert!(struck.len() > FAULTS.len() / 2, "{struck:?}");
    }
}
