//! Writing: conditions, checksums, tags, copies, deletes, many at once.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, Delete, MetadataDirective, ObjectAttributes, ObjectIdentifier,
    Tag, Tagging, TaggingDirective,
};

use crate::setup::{BUCKET, Store, bytes, code, cut_off};

#[tokio::test]
async fn of_many_who_write_if_absent_exactly_one_wins() {
    let store = Store::versioned().await;
    let writers = (0..24).map(|n| {
        let put = store
            .client
            .put_object()
            .bucket(BUCKET)
            .key("a")
            .if_none_match("*");
        tokio::spawn(put.body(bytes(&format!("writer {n}"))).send())
    });
    let results: Vec<_> = futures::future::join_all(writers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();

    let won: Vec<_> = (0..)
        .zip(&results)
        .filter(|(_, result)| result.is_ok())
        .map(|(n, _)| n)
        .collect::<Vec<i32>>();
    assert_eq!(won.len(), 1);
    assert_eq!(store.get("a").await.unwrap(), format!("writer {}", won[0]));
    for result in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(code(result), "PreconditionFailed");
    }
    let versions = store
        .client
        .list_object_versions()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(versions.versions().len(), 1);
}

#[tokio::test]
async fn a_write_on_a_condition_happens_only_where_it_holds() {
    let store = Store::plain().await;
    let etag = store.put("a", "one").await.e_tag().unwrap().to_owned();
    let put = |key: &str, etag: &str| {
        store
            .client
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .if_match(etag)
            .body(bytes("two"))
            .send()
    };

    assert_eq!(
        code(&put("a", "\"other\"").await.unwrap_err()),
        "PreconditionFailed"
    );
    assert_eq!(code(&put("missing", &etag).await.unwrap_err()), "NoSuchKey");
    assert_eq!(store.get("a").await.unwrap(), "one");
    put("a", &etag).await.unwrap();
    assert_eq!(store.get("a").await.unwrap(), "two");
}

#[tokio::test]
async fn every_checksum_is_verified_kept_and_told() {
    let store = Store::plain().await;
    for (algorithm, right) in [
        (ChecksumAlgorithm::Crc32, "NhCmhg=="),
        (ChecksumAlgorithm::Crc32C, "mnG7TA=="),
        (ChecksumAlgorithm::Crc64Nvme, "M3eFcAZSQlc="),
        (ChecksumAlgorithm::Sha1, "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        (
            ChecksumAlgorithm::Sha256,
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
    ] {
        let put = store
            .client
            .put_object()
            .bucket(BUCKET)
            .key("a")
            .body(bytes("hello"));
        put.checksum_algorithm(algorithm.clone())
            .send()
            .await
            .unwrap();
        let head = store.client.head_object().bucket(BUCKET).key("a");
        let head = head
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .unwrap();
        let told = [
            head.checksum_crc32(),
            head.checksum_crc32_c(),
            head.checksum_crc64_nvme(),
            head.checksum_sha1(),
            head.checksum_sha256(),
        ];
        assert_eq!(
            told.into_iter().flatten().collect::<Vec<_>>(),
            [right],
            "{algorithm:?}"
        );
        let silent = store
            .client
            .head_object()
            .bucket(BUCKET)
            .key("a")
            .send()
            .await
            .unwrap();
        assert_eq!(silent.checksum_crc32(), None);
    }
}

#[tokio::test]
async fn bytes_that_do_not_match_their_promise_are_not_kept() {
    let store = Store::plain().await;
    let put = || {
        store
            .client
            .put_object()
            .bucket(BUCKET)
            .key("a")
            .body(bytes("hello"))
    };

    let crc = put().checksum_crc32("AAAAAA==").send().await.unwrap_err();
    assert_eq!(code(&crc), "BadDigest");
    let sha = put()
        .checksum_sha256("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCA=")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&sha), "BadDigest");
    let md5 = put()
        .content_md5("AAAAAAAAAAAAAAAAAAAAAA==")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&md5), "BadDigest");
    let form = put().content_md5("nonsense").send().await.unwrap_err();
    assert_eq!(code(&form), "InvalidDigest");
    assert_eq!(store.get("a").await.unwrap_err(), "NoSuchKey");
    assert_eq!(store.unfinished_files(), 0);
}

#[tokio::test]
async fn a_body_that_stops_early_leaves_nothing() {
    let store = Store::plain().await;
    let minute = std::time::Duration::from_secs(60);
    let config = aws_sdk_s3::presigning::PresigningConfig::expires_in(minute).unwrap();
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .presigned(config)
        .await
        .unwrap();

    cut_off(put.uri(), 100, b"ten bytes.").await;

    assert_eq!(store.get("a").await.unwrap_err(), "NoSuchKey");
    store.until_no_file_is_unfinished().await;
}

#[tokio::test]
async fn tags_are_set_with_the_object_and_afterwards() {
    let store = Store::plain().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .body(bytes("x"));
    put.tagging("kind=slides&week=1%20%2B%202")
        .send()
        .await
        .unwrap();

    let tags = || {
        store
            .client
            .get_object_tagging()
            .bucket(BUCKET)
            .key("a")
            .send()
    };
    let read = tags().await.unwrap();
    let read: Vec<_> = read
        .tag_set()
        .iter()
        .map(|tag| (tag.key(), tag.value()))
        .collect();
    assert_eq!(read, [("kind", "slides"), ("week", "1 + 2")]);
    let got = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(got.tag_count(), Some(2));

    let tag = Tag::builder().key("shared").value("no").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag).build().unwrap();
    store
        .client
        .put_object_tagging()
        .bucket(BUCKET)
        .key("a")
        .tagging(tagging)
        .send()
        .await
        .unwrap();
    assert_eq!(tags().await.unwrap().tag_set()[0].key(), "shared");
    store
        .client
        .delete_object_tagging()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert!(tags().await.unwrap().tag_set().is_empty());

    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("b")
        .body(bytes("x"));
    let eleven: Vec<_> = (0..11).map(|n| format!("k{n}=v")).collect();
    let error = put.tagging(eleven.join("&")).send().await.unwrap_err();
    assert_eq!(code(&error), "BadRequest");
    let missing = store
        .client
        .get_object_tagging()
        .bucket(BUCKET)
        .key("missing")
        .send()
        .await
        .unwrap_err();
    assert_eq!(missing.code(), Some("NoSuchKey"));
}

#[tokio::test]
async fn a_copy_takes_everything_along_or_what_it_is_told() {
    let store = Store::plain().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("Week 1/a.md")
        .body(bytes("hello"));
    let put = put
        .metadata("by", "upload")
        .content_type("text/markdown")
        .tagging("kind=notes");
    let etag = put.send().await.unwrap().e_tag().unwrap().to_owned();
    let copy = |key: &str| {
        store
            .client
            .copy_object()
            .bucket(BUCKET)
            .key(key)
            .copy_source(format!("{BUCKET}/Week%201/a.md"))
    };
    let head = |key: &str| store.client.head_object().bucket(BUCKET).key(key).send();

    let copied = copy("b.md").send().await.unwrap();
    assert_eq!(
        copied.copy_object_result().unwrap().e_tag(),
        Some(etag.as_str())
    );
    let told = head("b.md").await.unwrap();
    assert_eq!(told.metadata().unwrap()["by"], "upload");
    assert_eq!(told.content_type(), Some("text/markdown"));
    assert_eq!(store.get("b.md").await.unwrap(), "hello");
    let tags = store
        .client
        .get_object_tagging()
        .bucket(BUCKET)
        .key("b.md")
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set().len(), 1);

    let replaced = copy("c.md")
        .metadata_directive(MetadataDirective::Replace)
        .metadata("by", "copy");
    replaced
        .tagging_directive(TaggingDirective::Replace)
        .send()
        .await
        .unwrap();
    let told = head("c.md").await.unwrap();
    assert_eq!(told.metadata().unwrap()["by"], "copy");
    assert_eq!(told.content_type(), Some("binary/octet-stream"));

    let itself = copy("Week 1/a.md").send().await.unwrap_err();
    assert_eq!(code(&itself), "InvalidRequest");
    copy("Week 1/a.md")
        .metadata_directive(MetadataDirective::Replace)
        .send()
        .await
        .unwrap();
    assert_eq!(store.get("Week 1/a.md").await.unwrap(), "hello");
}

#[tokio::test]
async fn a_copy_on_a_condition_happens_only_where_it_holds() {
    let store = Store::plain().await;
    let etag = store.put("a", "hello").await.e_tag().unwrap().to_owned();
    store.put("b", "there").await;
    let copy = |key: &str| {
        store
            .client
            .copy_object()
            .bucket(BUCKET)
            .key(key)
            .copy_source(format!("{BUCKET}/a"))
    };

    let changed = copy("c")
        .copy_source_if_match("\"other\"")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&changed), "PreconditionFailed");
    let same = copy("c")
        .copy_source_if_none_match(&etag)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&same), "PreconditionFailed");
    let taken = copy("b").if_none_match("*").send().await.unwrap_err();
    assert_eq!(code(&taken), "PreconditionFailed");
    assert_eq!(store.get("b").await.unwrap(), "there");
    copy("c")
        .copy_source_if_match(&etag)
        .if_none_match("*")
        .send()
        .await
        .unwrap();
    let missing = store
        .client
        .copy_object()
        .bucket(BUCKET)
        .key("d")
        .copy_source(format!("{BUCKET}/none"));
    assert_eq!(code(&missing.send().await.unwrap_err()), "NoSuchKey");
}

#[tokio::test]
async fn many_keys_are_deleted_at_once_each_with_its_result() {
    let store = Store::plain().await;
    for key in ["a", "b", "c"] {
        store.put(key, "x").await;
    }
    let delete = |keys: &[&str], quiet: bool| {
        let objects = keys
            .iter()
            .map(|key| ObjectIdentifier::builder().key(*key).build().unwrap())
            .collect();
        let delete = Delete::builder()
            .set_objects(Some(objects))
            .quiet(quiet)
            .build()
            .unwrap();
        store
            .client
            .delete_objects()
            .bucket(BUCKET)
            .delete(delete)
            .send()
    };

    let deleted = delete(&["a", "missing", "bad\u{1}key"], false).await;
    // XML cannot carry a control character, so that not even the request arrives whole.
    assert!(deleted.is_err());
    let deleted = delete(&["a", "missing"], false).await.unwrap();
    assert_eq!(deleted.deleted().len(), 2);
    let quiet = delete(&["b"], true).await.unwrap();
    assert!(quiet.deleted().is_empty() && quiet.errors().is_empty());
    assert_eq!(store.keys().await, ["c"]);
    let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(
        code(&delete(&many, true).await.unwrap_err()),
        "MalformedXML"
    );
}

#[tokio::test]
async fn attributes_tell_what_was_asked_for() {
    let store = Store::plain().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .body(bytes("hello"));
    put.checksum_algorithm(ChecksumAlgorithm::Crc32)
        .send()
        .await
        .unwrap();

    let get = store.client.get_object_attributes().bucket(BUCKET).key("a");
    let got = get
        .object_attributes(ObjectAttributes::Checksum)
        .object_attributes(ObjectAttributes::ObjectSize)
        .send()
        .await
        .unwrap();

    assert_eq!(got.object_size(), Some(5));
    assert_eq!(got.checksum().unwrap().checksum_crc32(), Some("NhCmhg=="));
    assert_eq!(got.e_tag(), None);
}

#[tokio::test]
async fn writers_of_one_key_and_removers_of_its_folder_do_not_meet() {
    let store = Store::plain().await;
    let work = (0..60).map(|n| {
        let client = store.client.clone();
        tokio::spawn(async move {
            let key = format!("folder/{}", n % 5);
            match n % 2 {
                0 => client
                    .put_object()
                    .bucket(BUCKET)
                    .key(key)
                    .body(bytes("x"))
                    .send()
                    .await
                    .map(|_| ())
                    .map_err(|e| code(&e)),
                _ => client
                    .delete_object()
                    .bucket(BUCKET)
                    .key(key)
                    .send()
                    .await
                    .map(|_| ())
                    .map_err(|e| code(&e)),
            }
        })
    });

    for result in futures::future::join_all(work).await {
        assert_eq!(result.unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn a_streamed_body_is_checked_against_the_checksum_that_follows_it() {
    let store = Store::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let content = "frame".repeat(500_000);
    std::fs::write(&path, &content).unwrap();

    let body = aws_sdk_s3::primitives::ByteStream::from_path(&path)
        .await
        .unwrap();
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("film.mp4")
        .body(body);
    let put = put
        .checksum_algorithm(ChecksumAlgorithm::Sha256)
        .send()
        .await
        .unwrap();

    let head = store.client.head_object().bucket(BUCKET).key("film.mp4");
    let head = head
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(head.checksum_sha256(), put.checksum_sha256());
    assert!(head.checksum_sha256().is_some());
    assert_eq!(head.content_encoding(), None);
    assert_eq!(store.get("film.mp4").await.unwrap(), content);
}

#[tokio::test]
async fn a_browser_form_that_is_not_signed_is_refused() {
    let store = Store::plain().await;
    let form = "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--x--\r\n";
    let headers = [("Content-Type", "multipart/form-data; boundary=x")];

    let url = format!("{}/{BUCKET}", store.practice.endpoint());
    let answer = crate::setup::fetch("POST", &url, &headers, form.as_bytes()).await;

    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(store.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_folder_cannot_give_is_refused_and_not_left_out() {
    use aws_sdk_s3::types::{ObjectCannedAcl, ServerSideEncryption, StorageClass};

    let store = Store::plain().await;
    let put = || {
        store
            .client
            .put_object()
            .bucket(BUCKET)
            .key("a")
            .body(bytes("x"))
    };

    let public = put()
        .acl(ObjectCannedAcl::PublicRead)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&public), "AccessControlListNotSupported");
    let kms = put()
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&kms), "NotImplemented");
    let glacier = put()
        .storage_class(StorageClass::Glacier)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&glacier), "InvalidStorageClass");
    assert_eq!(store.keys().await, Vec::<String>::new());
    put()
        .acl(ObjectCannedAcl::Private)
        .storage_class(StorageClass::Standard)
        .send()
        .await
        .unwrap();
}
