//! Operations on buckets.

use hyper::HeaderMap;
use hyper::header::HeaderValue;
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Front;
use crate::REGION;
use crate::access::BUCKET_REGION;
use crate::bucket;
use crate::error::on_disk;
use crate::store::{SETTINGS, Versioning};

/// Most buckets in one answer (S3 API reference, ListBuckets).
const MAX_BUCKETS: i32 = 10_000;

impl Front {
    pub(super) async fn create_bucket(
        &self,
        req: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let input = req.input;
        let wanted = input
            .create_bucket_configuration
            .and_then(|configuration| configuration.location_constraint);
        if let Some(region) = wanted.filter(|region| !matches!(region.as_str(), "" | REGION)) {
            return Err(s3_error!(
                IllegalLocationConstraintException,
                "The {} location constraint is incompatible for the region specific endpoint this request was sent to.",
                region.as_str()
            ));
        }
        let (store, name) = (self.store.clone(), input.bucket.clone());
        on_disk(move || bucket::create(&store, &name)).await?;
        Ok(S3Response::new(CreateBucketOutput {
            location: Some(format!("/{}", input.bucket)),
        }))
    }

    pub(super) async fn delete_bucket(
        &self,
        req: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.with_bucket(&req.input.bucket, bucket::delete).await?;
        Ok(S3Response::new(DeleteBucketOutput {}))
    }

    pub(super) async fn head_bucket(
        &self,
        req: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.with_bucket(&req.input.bucket, |_| Ok(())).await?;
        let headers = HeaderMap::from_iter([(BUCKET_REGION, HeaderValue::from_static(REGION))]);
        Ok(S3Response::with_headers(
            HeadBucketOutput::default(),
            headers,
        ))
    }

    pub(super) async fn list_buckets(
        &self,
        req: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let input = req.input;
        let store = self.store.clone();
        let all = on_disk(move || bucket::list(&store)).await?;
        let most = input
            .max_buckets
            .unwrap_or(MAX_BUCKETS)
            .clamp(1, MAX_BUCKETS);
        let most = usize::try_from(most).unwrap_or_default();
        let mut wanted = all.into_iter().filter(|bucket| {
            input
                .prefix
                .as_ref()
                .is_none_or(|prefix| bucket.name.starts_with(prefix))
                && input
                    .continuation_token
                    .as_ref()
                    .is_none_or(|after| bucket.name > *after)
        });
        let page: Vec<_> = wanted.by_ref().take(most).collect();
        let more = wanted.next().is_some();
        let last = page.last().map(|bucket| bucket.name.clone());
        let buckets = page.into_iter().map(|bucket| Bucket {
            bucket_region: Some(REGION.to_owned()),
            creation_date: bucket.created.map(Timestamp::from),
            name: Some(bucket.name),
        });
        Ok(S3Response::new(ListBucketsOutput {
            buckets: Some(buckets.collect()),
            continuation_token: last.filter(|_| more),
            owner: Some(super::owner()),
            prefix: input.prefix,
        }))
    }

    pub(super) async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.with_bucket(&req.input.bucket, |_| Ok(())).await?;
        // Empty for us-east-1, as S3 has it.
        Ok(S3Response::new(GetBucketLocationOutput::default()))
    }

    pub(super) async fn get_bucket_versioning(
        &self,
        req: S3Request<GetBucketVersioningInput>,
    ) -> S3Result<S3Response<GetBucketVersioningOutput>> {
        let settings = self
            .with_bucket(&req.input.bucket, |bucket| bucket.settings())
            .await?;
        let status = match settings.versioning {
            Versioning::Never => None,
            Versioning::Enabled => Some(BucketVersioningStatus::ENABLED),
            Versioning::Suspended => Some(BucketVersioningStatus::SUSPENDED),
        };
        Ok(S3Response::new(GetBucketVersioningOutput {
            status: status.map(BucketVersioningStatus::from_static),
            ..Default::default()
        }))
    }

    pub(super) async fn put_bucket_versioning(
        &self,
        req: S3Request<PutBucketVersioningInput>,
    ) -> S3Result<S3Response<PutBucketVersioningOutput>> {
        let input = req.input;
        let status = input.versioning_configuration.status;
        let versioning = match status.as_ref().map(BucketVersioningStatus::as_str) {
            Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
            Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
            _ => {
                return Err(s3_error!(
                    IllegalVersioningConfigurationException,
                    "The Versioning element must be specified: Enabled or Suspended"
                ));
            }
        };
        self.with_key(&input.bucket, SETTINGS, move |bucket, _| {
            bucket::set_versioning(bucket, versioning)
        })
        .await?;
        Ok(S3Response::new(PutBucketVersioningOutput {}))
    }
}
