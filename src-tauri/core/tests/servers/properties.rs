//! Looking closely at an object and changing what describes it, put to every
//! server.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use lectern_core::browse::Item;
use lectern_core::properties::{
    self, Change, EditPlan, Edited, Effect, ForAll, Properties, Tags, Wanted, What,
};
use lectern_core::{Code, Result};

use crate::server::{Bed, Kind};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

/// An object with everything that an edit has to keep.
async fn put_described(bed: &Bed, key: &str) {
    let put = bed.store.client().put_object();
    put.bucket(bed.store.bucket())
        .key(key)
        .content_type("text/plain")
        .content_disposition("attachment; filename=\"plan.txt\"")
        .cache_control("max-age=60")
        .content_language("en")
        .content_encoding("identity")
        .metadata("term", "autumn")
        .metadata("author", "a")
        .tagging("course=a%2Bb%20c&room=12")
        .body(b"twelve bytes".to_vec().into())
        .send()
        .await
        .unwrap();
}

async fn look(bed: &Bed, key: &str) -> Properties {
    let id = &bed.connection.id;
    properties::properties(&bed.lectern, id, key).await.unwrap()
}

async fn head(bed: &Bed, key: &str) -> HeadObjectOutput {
    let head = bed.store.client().head_object();
    let head = head.bucket(bed.store.bucket()).key(key);
    head.send().await.unwrap()
}

/// As the object is described now.
fn as_it_is(properties: &Properties) -> Wanted {
    let content = properties.content.clone();
    Wanted {
        content_type: content.content_type.unwrap_or_default(),
        content_disposition: content.content_disposition.unwrap_or_default(),
        cache_control: content.cache_control.unwrap_or_default(),
        content_language: content.content_language.unwrap_or_default(),
        metadata: properties.metadata.clone(),
        tags: None,
    }
}

fn tags(properties: &Properties) -> Vec<(String, String)> {
    match &properties.tags {
        Tags::Known { tags } => tags.clone(),
        other => panic!("{other:?}"),
    }
}

async fn plan(bed: &Bed, seen: &Properties, wanted: &Wanted) -> Result<EditPlan> {
    let id = &bed.connection.id;
    properties::plan(&bed.lectern, id, &seen.key, &seen.looked, wanted).await
}

async fn edit(bed: &Bed, seen: &Properties, wanted: &Wanted) -> Result<Edited> {
    let plan = plan(bed, seen, wanted).await?;
    properties::save(&bed.lectern, plan.id).await
}

on_every_server!(
    everything_that_describes_an_object_is_shown,
    [Metadata, Tags]
);
async fn everything_that_describes_an_object_is_shown(bed: Bed) {
    put_described(&bed, "w/plan.txt").await;

    let seen = look(&bed, "w/plan.txt").await;

    assert_eq!((seen.name.as_str(), seen.size), ("plan.txt", 12));
    assert_eq!(seen.content.content_type.as_deref(), Some("text/plain"));
    assert_eq!(seen.content.cache_control.as_deref(), Some("max-age=60"));
    assert_eq!(seen.content.content_language.as_deref(), Some("en"));
    assert_eq!(seen.metadata, pairs(&[("author", "a"), ("term", "autumn")]));
    assert_eq!(tags(&seen), pairs(&[("course", "a+b c"), ("room", "12")]));
    let versioned = bed.kind != Kind::Practice;
    assert_eq!(seen.keeps_versions, Some(versioned));
    assert_eq!(seen.looked.version_id.is_some(), versioned);
}

on_every_server!(a_store_without_tags_is_recognised_before_it_is_told_any, []);
async fn a_store_without_tags_is_recognised_before_it_is_told_any(bed: Bed) {
    bed.put("a.txt", b"first").await;

    let seen = look(&bed, "a.txt").await;
    let mut wanted = as_it_is(&seen);
    wanted.tags = Some(pairs(&[("course", "b")]));
    let outcome = edit(&bed, &seen, &wanted).await;

    assert_eq!(bed.get("a.txt").await.unwrap(), b"first");
    if bed.kind == Kind::Rclone {
        assert_eq!(seen.tags, Tags::Unsupported);
        assert_eq!(outcome.unwrap_err().code, Code::Unsupported);
        let change = ForAll::AddTag {
            name: "course".into(),
            value: "b".into(),
        };
        let items = vec![Item::Object {
            key: "a.txt".into(),
            size: 5,
        }];
        let id = &bed.connection.id;
        let planned = properties::plan_for_all(&bed.lectern, id, items, &change).await;
        assert_eq!(planned.unwrap_err().code, Code::Unsupported);
    } else {
        assert_eq!(outcome.unwrap().changed, 1);
    }
}

on_every_server!(
    an_edit_changes_what_was_planned_and_keeps_the_rest,
    [Metadata, Tags]
);
async fn an_edit_changes_what_was_planned_and_keeps_the_rest(bed: Bed) {
    put_described(&bed, "w/plan.txt").await;
    let seen = look(&bed, "w/plan.txt").await;
    let mut wanted = as_it_is(&seen);
    wanted.content_type = "text/markdown".into();
    wanted.cache_control.clear();
    wanted.metadata = pairs(&[("Term", "spring"), ("room", "5")]);

    let plan = plan(&bed, &seen, &wanted).await.unwrap();
    let told = |change: &Change| {
        let name = change.name.clone().unwrap_or_default();
        (
            change.what,
            name,
            change.before.clone(),
            change.after.clone(),
        )
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        plan.changes.iter().map(told).collect::<Vec<_>>(),
        [
            (
                What::ContentType,
                String::new(),
                text("text/plain"),
                text("text/markdown")
            ),
            (What::CacheControl, String::new(), text("max-age=60"), None),
            (What::Metadata, "author".into(), text("a"), None),
            (What::Metadata, "room".into(), None, text("5")),
            (
                What::Metadata,
                "term".into(),
                text("autumn"),
                text("spring")
            ),
        ]
    );
    let expected = match bed.kind {
        Kind::Practice => Effect::NewDate,
        _ => Effect::NewVersion,
    };
    assert_eq!(plan.effect, expected);
    assert_eq!(
        look(&bed, "w/plan.txt").await,
        seen,
        "a plan writes nothing"
    );
    let edited = properties::save(&bed.lectern, plan.id).await.unwrap();

    assert_eq!((edited.changed, edited.failures.len()), (1, 0));
    let now = look(&bed, "w/plan.txt").await;
    assert_eq!(now.content.content_type.as_deref(), Some("text/markdown"));
    assert_eq!(now.content.cache_control, None);
    assert_eq!(now.metadata, pairs(&[("room", "5"), ("term", "spring")]));
    assert_eq!(
        now.content.content_disposition,
        seen.content.content_disposition
    );
    assert_eq!(now.content.content_language, seen.content.content_language);
    assert_eq!(now.content.content_encoding, seen.content.content_encoding);
    assert_eq!(now.tags, seen.tags);
    assert_eq!(now.checksums, seen.checksums);
    assert_eq!(now.looked.etag, seen.looked.etag);
    assert_eq!(bed.get("w/plan.txt").await.unwrap(), b"twelve bytes");
    let activity = bed.lectern.catalog.recent_activity(1).unwrap();
    assert_eq!(activity[0].action, "edit properties");
    assert_eq!(activity[0].subject, "w/plan.txt");
    assert!(
        !activity[0].detail.as_ref().unwrap().contains("spring"),
        "values stay out of it"
    );
}

on_every_server!(an_edit_keeps_the_storage_class, [StorageClasses, Metadata]);
async fn an_edit_keeps_the_storage_class(bed: Bed) {
    let put = bed.store.client().put_object();
    put.bucket(bed.store.bucket())
        .key("a")
        .storage_class(aws_sdk_s3::types::StorageClass::StandardIa)
        .body(b"x".to_vec().into())
        .send()
        .await
        .unwrap();
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.content_type = "text/csv".into();

    edit(&bed, &seen, &wanted).await.unwrap();

    assert_eq!(
        look(&bed, "a").await.storage_class.as_deref(),
        Some("STANDARD_IA")
    );
}

on_every_server!(tags_change_in_place, [Tags]);
async fn tags_change_in_place(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.tags = Some(pairs(&[("room", "14"), ("Größe", "a+b/c=d @:._-")]));

    let planned = plan(&bed, &seen, &wanted).await.unwrap();
    assert_eq!(planned.effect, Effect::InPlace);
    let edited = properties::save(&bed.lectern, planned.id).await.unwrap();

    let now = look(&bed, "a").await;
    assert_eq!(
        tags(&now),
        pairs(&[("Größe", "a+b/c=d @:._-"), ("room", "14")])
    );
    assert_eq!(now.looked, seen.looked, "neither version nor date is new");
    let undone = properties::undo(&bed.lectern, &edited.edit_id.unwrap()).await;
    assert_eq!(undone.unwrap().changed, 1);
    assert_eq!(look(&bed, "a").await.tags, seen.tags);
}

on_every_server!(headers_and_tags_change_together, [Metadata, Tags]);
async fn headers_and_tags_change_together(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.content_language = "de-CH".into();
    wanted.tags = Some(Vec::new());

    edit(&bed, &seen, &wanted).await.unwrap();

    let now = look(&bed, "a").await;
    assert_eq!(now.content.content_language.as_deref(), Some("de-CH"));
    assert_eq!(tags(&now), []);
    assert_eq!(now.metadata, seen.metadata);
}

on_every_server!(
    an_undone_edit_leaves_what_was_there_before,
    [Metadata, Tags]
);
async fn an_undone_edit_leaves_what_was_there_before(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.metadata = pairs(&[("only", "this")]);
    wanted.content_disposition.clear();
    wanted.tags = Some(pairs(&[("new", "")]));
    let edited = edit(&bed, &seen, &wanted).await.unwrap();
    let id = edited.edit_id.unwrap();

    let undone = properties::undo(&bed.lectern, &id).await.unwrap();

    assert_eq!((undone.changed, undone.edit_id), (1, None));
    let now = look(&bed, "a").await;
    assert_eq!(
        (&now.content, &now.metadata),
        (&seen.content, &seen.metadata)
    );
    assert_eq!(now.tags, seen.tags);
    let again = properties::undo(&bed.lectern, &id).await.unwrap_err();
    assert_eq!(again.code, Code::NotFound);
    let activity = bed.lectern.catalog.recent_activity(1).unwrap();
    assert_eq!(activity[0].action, "undo edit properties");
}

on_every_server!(an_edit_is_not_undone_over_a_later_change, [Metadata]);
async fn an_edit_is_not_undone_over_a_later_change(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.content_type = "text/csv".into();
    let edited = edit(&bed, &seen, &wanted).await.unwrap();
    bed.put("a", b"newer").await;

    let undone = properties::undo(&bed.lectern, &edited.edit_id.unwrap())
        .await
        .unwrap();

    assert_eq!(undone.changed, 0);
    assert_eq!(undone.failures[0].error.code, Code::Changed);
    assert_eq!(bed.get("a").await.unwrap(), b"newer");
}

on_every_server!(a_file_that_was_changed_since_is_not_touched, [Metadata]);
async fn a_file_that_was_changed_since_is_not_touched(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut wanted = as_it_is(&seen);
    wanted.content_type = "text/csv".into();
    let planned = plan(&bed, &seen, &wanted).await.unwrap();
    bed.put("a", b"from somebody else").await;

    let saved = properties::save(&bed.lectern, planned.id)
        .await
        .unwrap_err();
    let planned_late = plan(&bed, &seen, &wanted).await.unwrap_err();

    assert_eq!(
        (saved.code, planned_late.code),
        (Code::Changed, Code::Changed)
    );
    assert_eq!(bed.get("a").await.unwrap(), b"from somebody else");
    assert_ne!(head(&bed, "a").await.content_type(), Some("text/csv"));
}

on_every_server!(a_change_of_tags_by_somebody_else_is_noticed, [Tags]);
async fn a_change_of_tags_by_somebody_else_is_noticed(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let mut mine = as_it_is(&seen);
    mine.tags = Some(pairs(&[("mine", "1")]));
    let planned = plan(&bed, &seen, &mine).await.unwrap();
    let mut theirs = as_it_is(&seen);
    theirs.tags = Some(pairs(&[("theirs", "2")]));
    edit(&bed, &seen, &theirs).await.unwrap();

    let saved = properties::save(&bed.lectern, planned.id)
        .await
        .unwrap_err();

    assert_eq!(saved.code, Code::Changed);
    assert_eq!(tags(&look(&bed, "a").await), pairs(&[("theirs", "2")]));
}

on_every_server!(
    metadata_beyond_ascii_comes_back_as_it_was_written,
    [Metadata]
);
async fn metadata_beyond_ascii_comes_back_as_it_was_written(bed: Bed) {
    let key = "w/Übung 1+2 %20 \u{1f600}.txt";
    bed.put(key, b"x").await;
    let seen = look(&bed, key).await;
    let mut wanted = as_it_is(&seen);
    wanted.metadata = pairs(&[
        ("accents", "Größe 日本 \u{1f600}"),
        ("inner", "two  spaces"),
        ("long", &"ü".repeat(300)),
        ("plain", "=?not a word"),
    ]);

    edit(&bed, &seen, &wanted).await.unwrap();

    let now = look(&bed, key).await;
    assert_eq!(now.metadata, wanted.metadata);
    // What stays is sent again as it came.
    let mut next = as_it_is(&now);
    next.content_type = "text/csv".into();
    edit(&bed, &now, &next).await.unwrap();
    assert_eq!(look(&bed, key).await.metadata, wanted.metadata);
}

on_every_server!(
    what_cannot_describe_an_object_is_refused_before_anything_is_sent,
    [Tags]
);
async fn what_cannot_describe_an_object_is_refused_before_anything_is_sent(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;
    let base = as_it_is(&seen);
    let cases = [
        (
            "contentType",
            Wanted {
                content_type: "nonsense".into(),
                ..base.clone()
            },
        ),
        (
            "contentDisposition",
            Wanted {
                content_disposition: "a\r\nX: y".into(),
                ..base.clone()
            },
        ),
        (
            "metadata",
            Wanted {
                metadata: pairs(&[("a b", "x")]),
                ..base.clone()
            },
        ),
        (
            "metadata",
            Wanted {
                metadata: pairs(&[("a", &"x".repeat(2_048))]),
                ..base.clone()
            },
        ),
        (
            "tags",
            Wanted {
                tags: Some(pairs(&[("a", "<")])),
                ..base.clone()
            },
        ),
        (
            "tags",
            Wanted {
                tags: Some((0..11).map(|n| (format!("n{n}"), String::new())).collect()),
                ..base.clone()
            },
        ),
    ];
    for (field, wanted) in cases {
        let refused = plan(&bed, &seen, &wanted).await.unwrap_err();
        assert_eq!(refused.code, Code::InvalidInput);
        assert_eq!(refused.subject.as_deref(), Some(field));
    }
    let most = Wanted {
        metadata: pairs(&[("a", &"x".repeat(2_047))]),
        tags: Some(
            (0..10)
                .map(|n| (format!("n{n}"), "v".repeat(256)))
                .collect(),
        ),
        ..base
    };
    assert_eq!(edit(&bed, &seen, &most).await.unwrap().changed, 1);
    assert_eq!(tags(&look(&bed, "a").await).len(), 10);
}

on_every_server!(an_edit_that_changes_nothing_writes_nothing, [Metadata]);
async fn an_edit_that_changes_nothing_writes_nothing(bed: Bed) {
    put_described(&bed, "a").await;
    let seen = look(&bed, "a").await;

    let planned = plan(&bed, &seen, &as_it_is(&seen)).await.unwrap();
    assert_eq!(planned.changes, []);
    let edited = properties::save(&bed.lectern, planned.id).await.unwrap();

    assert_eq!((edited.changed, edited.edit_id), (0, None));
    assert_eq!(look(&bed, "a").await, seen);
    assert!(bed.lectern.catalog.recent_activity(1).unwrap().is_empty());
}

on_every_server!(
    versions_of_one_object_are_counted_without_its_neighbours,
    [Versions]
);
async fn versions_of_one_object_are_counted_without_its_neighbours(bed: Bed) {
    for body in [b"1", b"2", b"3"] {
        bed.put("a", body).await;
    }
    bed.put("a/b", b"x").await;
    bed.put("ab", b"x").await;
    let gone = bed.store.client().delete_object();
    gone.bucket(bed.store.bucket())
        .key("a")
        .send()
        .await
        .unwrap();

    let id = &bed.connection.id;
    let count = properties::count_versions(&bed.lectern, id, "a")
        .await
        .unwrap();

    assert_eq!(
        (count.versions, count.delete_markers, count.more),
        (3, 1, false)
    );
}

on_every_server!(
    a_change_for_many_reaches_files_in_folders_too,
    [Metadata, Tags]
);
async fn a_change_for_many_reaches_files_in_folders_too(bed: Bed) {
    put_described(&bed, "w/a.txt").await;
    put_described(&bed, "w/sub/b.txt").await;
    put_described(&bed, "c.txt").await;
    put_described(&bed, "other.txt").await;
    let items = || {
        vec![
            Item::Folder {
                prefix: "w/".into(),
            },
            Item::Object {
                key: "c.txt".into(),
                size: 12,
            },
        ]
    };
    let id = &bed.connection.id;
    let for_all = async |change: ForAll| {
        let plan = properties::plan_for_all(&bed.lectern, id, items(), &change)
            .await
            .unwrap();
        assert_eq!((plan.files, plan.bytes), (3, 36));
        properties::save_for_all(&bed.lectern, plan.id)
            .await
            .unwrap()
    };

    let typed = for_all(ForAll::ContentType {
        content_type: "text/csv".into(),
    })
    .await;
    let tagged = for_all(ForAll::AddTag {
        name: "room".into(),
        value: "7".into(),
    })
    .await;
    let again = for_all(ForAll::AddTag {
        name: "room".into(),
        value: "7".into(),
    })
    .await;

    assert_eq!((typed.changed, tagged.changed), (3, 3));
    assert_eq!(
        (again.changed, again.unchanged, again.edit_id),
        (0, 3, None)
    );
    for key in ["w/a.txt", "w/sub/b.txt", "c.txt"] {
        let now = look(&bed, key).await;
        assert_eq!(now.content.content_type.as_deref(), Some("text/csv"));
        assert_eq!(now.metadata, pairs(&[("author", "a"), ("term", "autumn")]));
        assert_eq!(tags(&now), pairs(&[("course", "a+b c"), ("room", "7")]));
    }
    let other = look(&bed, "other.txt").await;
    assert_eq!(other.content.content_type.as_deref(), Some("text/plain"));

    let untagged = for_all(ForAll::RemoveTag {
        name: "course".into(),
    })
    .await;
    assert_eq!(untagged.changed, 3);
    for edit in [untagged, tagged, typed] {
        let undone = properties::undo(&bed.lectern, &edit.edit_id.unwrap())
            .await
            .unwrap();
        assert_eq!((undone.changed, undone.failures.len()), (3, 0));
    }
    let now = look(&bed, "w/sub/b.txt").await;
    assert_eq!(tags(&now), pairs(&[("course", "a+b c"), ("room", "12")]));
    assert_eq!(now.content.content_type.as_deref(), Some("text/plain"));
}

on_every_server!(a_file_with_ten_tags_fails_alone, [Tags]);
async fn a_file_with_ten_tags_fails_alone(bed: Bed) {
    for key in ["full", "room"] {
        put_described(&bed, key).await;
    }
    let seen = look(&bed, "full").await;
    let mut wanted = as_it_is(&seen);
    wanted.tags = Some((0..10).map(|n| (format!("n{n}"), String::new())).collect());
    edit(&bed, &seen, &wanted).await.unwrap();
    let items = ["full", "room"].map(|key| Item::Object {
        key: key.into(),
        size: 12,
    });
    let change = ForAll::AddTag {
        name: "one more".into(),
        value: String::new(),
    };

    let id = &bed.connection.id;
    let plan = properties::plan_for_all(&bed.lectern, id, items.into(), &change)
        .await
        .unwrap();
    let edited = properties::save_for_all(&bed.lectern, plan.id)
        .await
        .unwrap();

    assert_eq!((edited.changed, edited.failures.len()), (1, 1));
    assert_eq!(edited.failures[0].name, "full");
    assert_eq!(tags(&look(&bed, "full").await).len(), 10);
    assert_eq!(tags(&look(&bed, "room").await).len(), 3);
}
