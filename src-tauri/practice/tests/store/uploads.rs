//! Uploads in parts.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart,
};

use crate::setup::{BUCKET, Store, code, text};

const MIB: usize = 1024 * 1024;

struct Upload<'a> {
    store: &'a Store,
    key: &'a str,
    id: String,
}

impl<'a> Upload<'a> {
    async fn begin(store: &'a Store, key: &'a str) -> Self {
        let create = store
            .client
            .create_multipart_upload()
            .bucket(BUCKET)
            .key(key);
        let created = create
            .metadata("by", "parts")
            .content_type("video/mp4")
            .send()
            .await
            .unwrap();
        let id = created.upload_id().unwrap().to_owned();
        Self { store, key, id }
    }

    async fn part(&self, number: i32, body: Vec<u8>) -> CompletedPart {
        let part = self
            .store
            .client
            .upload_part()
            .bucket(BUCKET)
            .key(self.key)
            .upload_id(&self.id);
        let part = part
            .part_number(number)
            .body(ByteStream::from(body))
            .send()
            .await
            .unwrap();
        CompletedPart::builder()
            .part_number(number)
            .e_tag(part.e_tag().unwrap())
            .set_checksum_crc32(part.checksum_crc32().map(str::to_owned))
            .set_checksum_crc64_nvme(part.checksum_crc64_nvme().map(str::to_owned))
            .set_checksum_sha256(part.checksum_sha256().map(str::to_owned))
            .build()
    }

    fn complete(&self, parts: Vec<CompletedPart>) -> aws_sdk_s3::operation::complete_multipart_upload::builders::CompleteMultipartUploadFluentBuilder{
        let upload = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        let complete = self
            .store
            .client
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key(self.key);
        complete.upload_id(&self.id).multipart_upload(upload)
    }
}

fn pattern(size: usize, seed: u8) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8 ^ seed).collect()
}

#[tokio::test]
async fn parts_become_one_object_once_they_are_completed() {
    let store = Store::plain().await;
    let upload = Upload::begin(&store, "films/a.mp4").await;
    let (first, last) = (pattern(5 * MIB, 1), pattern(MIB, 2));
    let two = upload.part(2, last.clone()).await;
    let one = upload.part(1, first.clone()).await;
    assert_eq!(store.keys().await, Vec::<String>::new());

    let done = upload.complete(vec![one, two]).send().await.unwrap();

    assert!(done.e_tag().unwrap().ends_with("-2\""));
    let got = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("films/a.mp4")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("video/mp4"));
    assert_eq!(got.metadata().unwrap()["by"], "parts");
    assert_eq!(
        got.body.collect().await.unwrap().to_vec(),
        [first, last.clone()].concat()
    );
    let part = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("films/a.mp4")
        .part_number(2)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (part.parts_count(), part.content_length()),
        (Some(2), Some(MIB as i64))
    );
    assert_eq!(part.body.collect().await.unwrap().to_vec(), last);
    let left = store
        .client
        .list_multipart_uploads()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert!(left.uploads().is_empty());
    assert_eq!(store.unfinished_files(), 0);
}

#[tokio::test]
async fn a_completion_that_does_not_fit_is_refused_and_may_be_tried_again() {
    let store = Store::plain().await;
    let upload = Upload::begin(&store, "a").await;
    let one = upload.part(1, pattern(5 * MIB, 1)).await;
    let two = upload.part(2, pattern(10, 2)).await;
    let three = upload.part(3, pattern(10, 3)).await;
    let unknown = CompletedPart::builder()
        .part_number(9)
        .e_tag("\"00\"")
        .build();

    let order = upload
        .complete(vec![two.clone(), one.clone()])
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&order), "InvalidPartOrder");
    let missing = upload
        .complete(vec![one.clone(), unknown])
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&missing), "InvalidPart");
    let small = upload
        .complete(vec![one.clone(), two.clone(), three])
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&small), "EntityTooSmall");
    let size = upload
        .complete(vec![one.clone(), two.clone()])
        .mpu_object_size(1)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&size), "InvalidRequest");
    store.put("a", "there").await;
    let taken = upload
        .complete(vec![one.clone(), two.clone()])
        .if_none_match("*")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&taken), "PreconditionFailed");
    assert_eq!(store.get("a").await.unwrap(), "there");

    upload
        .complete(vec![one.clone(), two.clone()])
        .send()
        .await
        .unwrap();
    let again = upload.complete(vec![one, two]).send().await.unwrap_err();
    assert_eq!(code(&again), "NoSuchUpload");
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let store = Store::plain().await;
    let upload = Upload::begin(&store, "a").await;
    upload.part(1, pattern(10, 1)).await;

    let abort = || {
        store
            .client
            .abort_multipart_upload()
            .bucket(BUCKET)
            .key("a")
            .upload_id(&upload.id)
            .send()
    };
    abort().await.unwrap();

    assert_eq!(code(&abort().await.unwrap_err()), "NoSuchUpload");
    let part = store
        .client
        .upload_part()
        .bucket(BUCKET)
        .key("a")
        .upload_id(&upload.id)
        .part_number(1);
    assert_eq!(code(&part.send().await.unwrap_err()), "NoSuchUpload");
    let outside = store
        .client
        .list_parts()
        .bucket(BUCKET)
        .key("a")
        .upload_id("../../buckets")
        .send()
        .await;
    assert_eq!(code(&outside.unwrap_err()), "NoSuchUpload");
}

#[tokio::test]
async fn parts_and_uploads_are_listed_in_pages() {
    let store = Store::plain().await;
    let upload = Upload::begin(&store, "b/1").await;
    for number in [3, 1, 2, 10] {
        upload.part(number, pattern(number as usize, 1)).await;
    }
    upload.part(2, pattern(50, 1)).await;
    let parts = || {
        store
            .client
            .list_parts()
            .bucket(BUCKET)
            .key("b/1")
            .upload_id(&upload.id)
            .max_parts(2)
    };

    let first = parts().send().await.unwrap();
    let numbers: Vec<_> = first
        .parts()
        .iter()
        .map(|part| (part.part_number().unwrap(), part.size().unwrap()))
        .collect();
    assert_eq!(
        (numbers, first.is_truncated()),
        (vec![(1, 1), (2, 50)], Some(true))
    );
    let next = parts()
        .part_number_marker(first.next_part_number_marker().unwrap())
        .send()
        .await
        .unwrap();
    let numbers: Vec<_> = next
        .parts()
        .iter()
        .map(|part| part.part_number().unwrap())
        .collect();
    assert_eq!((numbers, next.is_truncated()), (vec![3, 10], Some(false)));

    for key in ["a", "b/1", "b/2", "c"] {
        Upload::begin(&store, key).await;
    }
    let list = || store.client.list_multipart_uploads().bucket(BUCKET);
    let mut keys = Vec::new();
    let (mut key_marker, mut id_marker) = (None, None);
    loop {
        let page = list()
            .max_uploads(2)
            .set_key_marker(key_marker)
            .set_upload_id_marker(id_marker)
            .send()
            .await
            .unwrap();
        keys.extend(
            page.uploads()
                .iter()
                .map(|upload| upload.key().unwrap().to_owned()),
        );
        if page.is_truncated() != Some(true) {
            break;
        }
        key_marker = page.next_key_marker().map(str::to_owned);
        id_marker = page.next_upload_id_marker().map(str::to_owned);
    }
    assert_eq!(keys, ["a", "b/1", "b/1", "b/2", "c"]);
    let rolled = list().delimiter("/").send().await.unwrap();
    assert_eq!(
        (rolled.uploads().len(), rolled.common_prefixes().len()),
        (2, 1)
    );
    let below = list().prefix("b/").send().await.unwrap();
    assert_eq!(below.uploads().len(), 3);
}

#[tokio::test]
async fn the_checksum_of_the_whole_is_put_together_from_the_parts() {
    let store = Store::plain().await;
    let (first, last) = (pattern(5 * MIB, 1), pattern(1000, 2));
    let whole = [first.clone(), last.clone()].concat();
    for (algorithm, kind) in [
        (ChecksumAlgorithm::Crc32, ChecksumType::FullObject),
        (ChecksumAlgorithm::Crc64Nvme, ChecksumType::FullObject),
        (ChecksumAlgorithm::Crc32, ChecksumType::Composite),
        (ChecksumAlgorithm::Sha256, ChecksumType::Composite),
    ] {
        let reference = store
            .client
            .put_object()
            .bucket(BUCKET)
            .key("reference")
            .body(whole.clone().into());
        let reference = reference
            .checksum_algorithm(algorithm.clone())
            .send()
            .await
            .unwrap();
        let create = store
            .client
            .create_multipart_upload()
            .bucket(BUCKET)
            .key("a");
        let created = create
            .checksum_algorithm(algorithm.clone())
            .checksum_type(kind.clone())
            .send()
            .await
            .unwrap();
        let mut parts = Vec::new();
        for (number, body) in [(1, first.clone()), (2, last.clone())] {
            let part = store
                .client
                .upload_part()
                .bucket(BUCKET)
                .key("a")
                .upload_id(created.upload_id().unwrap());
            let part = part
                .part_number(number)
                .checksum_algorithm(algorithm.clone())
                .body(body.into());
            let part = part.send().await.unwrap();
            parts.push(
                CompletedPart::builder()
                    .part_number(number)
                    .e_tag(part.e_tag().unwrap())
                    .set_checksum_crc32(part.checksum_crc32().map(str::to_owned))
                    .set_checksum_crc64_nvme(part.checksum_crc64_nvme().map(str::to_owned))
                    .set_checksum_sha256(part.checksum_sha256().map(str::to_owned))
                    .build(),
            );
        }
        let upload = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        let complete = store
            .client
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key("a");
        let complete = complete
            .upload_id(created.upload_id().unwrap())
            .multipart_upload(upload);
        complete.checksum_type(kind.clone()).send().await.unwrap();

        let head = store.client.head_object().bucket(BUCKET).key("a");
        let head = head
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .unwrap();
        assert_eq!(head.checksum_type(), Some(&kind));
        let (told, expected) = match algorithm {
            ChecksumAlgorithm::Crc32 => (head.checksum_crc32(), reference.checksum_crc32()),
            ChecksumAlgorithm::Crc64Nvme => {
                (head.checksum_crc64_nvme(), reference.checksum_crc64_nvme())
            }
            _ => (head.checksum_sha256(), reference.checksum_sha256()),
        };
        match kind {
            ChecksumType::FullObject => assert_eq!(told, expected),
            _ => assert!(told.unwrap().ends_with("-2"), "{told:?}"),
        }
        // The SDK compares the whole with what arrives where it can.
        let got = store
            .client
            .get_object()
            .bucket(BUCKET)
            .key("a")
            .send()
            .await
            .unwrap();
        assert_eq!(got.body.collect().await.unwrap().to_vec(), whole);
    }
}

#[tokio::test]
async fn a_part_may_be_copied_from_an_object() {
    let store = Store::plain().await;
    store.put("source", "0123456789").await;
    let upload = Upload::begin(&store, "a").await;
    let copy = |range: &str| {
        let copy = store
            .client
            .upload_part_copy()
            .bucket(BUCKET)
            .key("a")
            .upload_id(&upload.id)
            .part_number(1);
        copy.copy_source(format!("{BUCKET}/source"))
            .copy_source_range(range)
            .send()
    };

    assert_eq!(
        code(&copy("bytes=5-10").await.unwrap_err()),
        "InvalidArgument"
    );
    assert_eq!(code(&copy("5-9").await.unwrap_err()), "InvalidArgument");
    let part = copy("bytes=5-9").await.unwrap();
    let etag = part.copy_part_result().unwrap().e_tag().unwrap();
    upload
        .complete(vec![
            CompletedPart::builder().part_number(1).e_tag(etag).build(),
        ])
        .send()
        .await
        .unwrap();

    assert_eq!(store.get("a").await.unwrap(), "56789");
}

#[tokio::test]
async fn an_upload_survives_a_restart() {
    let store = Store::plain().await;
    let upload = Upload::begin(&store, "a").await;
    let one = upload.part(1, b"hello".to_vec()).await;
    let id = upload.id.clone();

    let store = store.restarted().await;

    let upload = Upload {
        store: &store,
        key: "a",
        id,
    };
    upload.complete(vec![one]).send().await.unwrap();
    let got = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(text(got.body).await, "hello");
}
