//! The S3 operations: requests of `s3s` in, answers out. Each file below converts
//! and calls; what the operations mean is decided in the modules they call.

mod answers;
mod buckets;
mod copies;
mod listings;
mod objects;
mod requests;
mod uploads;
mod versions;

use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use crate::error::on_disk;
use crate::store::{Bucket, Store};

/// Serves a store.
#[derive(Debug, Clone)]
pub struct Front {
    store: Store,
}

impl Front {
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Runs blocking work on a bucket that exists.
    async fn with_bucket<T, F>(&self, name: &str, work: F) -> S3Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Bucket) -> S3Result<T> + Send + 'static,
    {
        let (store, name) = (self.store.clone(), name.to_owned());
        on_disk(move || work(&store.bucket(&name)?)).await
    }

    /// The same, while nobody else changes `key`.
    async fn with_key<T, F>(&self, name: &str, key: &str, work: F) -> S3Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Bucket, &str) -> S3Result<T> + Send + 'static,
    {
        let guard = self.store.lock_key(name, key).await;
        let (store, name, key) = (self.store.clone(), name.to_owned(), key.to_owned());
        on_disk(move || {
            // Held by the work, so that a client who goes away does not open the lock early.
            let _guard = guard;
            work(&store.bucket(&name)?, &key)
        })
        .await
    }
}

/// Passes an operation on to the method of the same name.
macro_rules! pass_on {
    ($($name:ident: $input:ident => $output:ident,)*) => {
        #[async_trait::async_trait]
        impl S3 for Front {
            $(
                async fn $name(&self, req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    Front::$name(self, req).await
                }
            )*
        }
    };
}

pass_on! {
    create_bucket: CreateBucketInput => CreateBucketOutput,
    delete_bucket: DeleteBucketInput => DeleteBucketOutput,
    head_bucket: HeadBucketInput => HeadBucketOutput,
    list_buckets: ListBucketsInput => ListBucketsOutput,
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput,
    get_bucket_versioning: GetBucketVersioningInput => GetBucketVersioningOutput,
    put_bucket_versioning: PutBucketVersioningInput => PutBucketVersioningOutput,
    put_object: PutObjectInput => PutObjectOutput,
    get_object: GetObjectInput => GetObjectOutput,
    head_object: HeadObjectInput => HeadObjectOutput,
    delete_object: DeleteObjectInput => DeleteObjectOutput,
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput,
    list_objects: ListObjectsInput => ListObjectsOutput,
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output,
    list_object_versions: ListObjectVersionsInput => ListObjectVersionsOutput,
    copy_object: CopyObjectInput => CopyObjectOutput,
    put_object_tagging: PutObjectTaggingInput => PutObjectTaggingOutput,
    get_object_tagging: GetObjectTaggingInput => GetObjectTaggingOutput,
    delete_object_tagging: DeleteObjectTaggingInput => DeleteObjectTaggingOutput,
    get_object_attributes: GetObjectAttributesInput => GetObjectAttributesOutput,
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput,
    upload_part: UploadPartInput => UploadPartOutput,
    upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput,
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput,
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput,
    list_parts: ListPartsInput => ListPartsOutput,
    list_multipart_uploads: ListMultipartUploadsInput => ListMultipartUploadsOutput,
}

/// The owner of everything here.
fn owner() -> Owner {
    Owner {
        display_name: Some("practice".to_owned()),
        id: Some("practice".to_owned()),
    }
}
