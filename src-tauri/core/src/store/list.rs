//! One page of ListObjectsV2, read straight into what browsing needs.
//!
//! The SDK makes a struct of eleven fields of every object; that was two thirds
//! of the work of listing a million keys. So its client signs, sends and retries
//! as ever, and only the body of a good answer is read here ([`xml`]). Where
//! that does not understand an answer, the SDK is asked to read it.
//!
//! Keys are asked for percent-encoded, because XML cannot carry every character
//! that a key can. Source: Amazon S3 API reference, ListObjectsV2.

mod xml;

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_s3::config::{ConfigBag, Intercept};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder;
use aws_sdk_s3::types::EncodingType;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, Error as AnyError, Output,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use percent_encoding::percent_decode;

use super::{Operation, Store, classify};
use crate::clock::UnixMillis;
use crate::error::Result;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) modified: Option<UnixMillis>,
    pub(crate) etag: Option<String>,
    /// As the service names it; `None` where it names none.
    pub(crate) storage_class: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Object>,
    /// Whole prefixes, ending with `/`.
    pub(crate) folders: Vec<String>,
}

impl Page {
    /// Keys and prefixes together.
    pub(crate) fn len(&self) -> usize {
        self.objects.len() + self.folders.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.folders.is_empty()
    }

    /// The least key or prefix of a page that is in order.
    pub(crate) fn first(&self) -> Option<&str> {
        let object = self.objects.first().map(|object| object.key.as_str());
        let folder = self.folders.first().map(String::as_str);
        object.into_iter().chain(folder).min()
    }

    /// The greatest key or prefix of a page that is in order.
    pub(crate) fn last(&self) -> Option<&str> {
        let object = self.objects.last().map(|object| object.key.as_str());
        object.max(self.folders.last().map(String::as_str))
    }

    /// Takes out what is not less than `name`; whether anything was.
    pub(crate) fn cut_from(&mut self, name: &str) -> bool {
        let before = self.len();
        let objects = |object: &Object| object.key.as_str() < name;
        let objects = self.objects.partition_point(objects);
        self.objects.truncate(objects);
        let folders = self
            .folders
            .partition_point(|folder| folder.as_str() < name);
        self.folders.truncate(folders);
        self.len() < before
    }

    /// Takes out what is not greater than `name`.
    pub(crate) fn cut_through(&mut self, name: &str) {
        let objects = |object: &Object| object.key.as_str() <= name;
        let objects = self.objects.partition_point(objects);
        self.objects.drain(..objects);
        let folders = self
            .folders
            .partition_point(|folder| folder.as_str() <= name);
        self.folders.drain(..folders);
    }
}

/// Which page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) prefix: &'a str,
    /// Deeper keys are summed up by `/`.
    pub(crate) delimited: bool,
    /// Only keys after this one, which need not be there.
    pub(crate) after: Option<&'a str>,
    /// Where the page before said that it goes on.
    pub(crate) token: Option<&'a str>,
}

/// A page and how it goes on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) page: Page,
    pub(crate) token: Option<String>,
    pub(crate) truncated: bool,
}

/// Asks for one page.
///
/// # Errors
/// `NotAllowedToList`, `BucketNotFound`, `NoNetwork`, …
pub(crate) async fn list(store: &Store, asked: Asked<'_>) -> Result<Listed> {
    let reading = Reading::default();
    let answer = request(store, asked)
        .customize()
        .interceptor(reading.clone())
        .send()
        .await;
    answer.map_err(|error| classify(Operation::List, asked.prefix, error))?;
    if let Some(listed) = reading.take() {
        return Ok(listed);
    }
    let answer = request(store, asked).send().await;
    let answer = answer.map_err(|error| classify(Operation::List, asked.prefix, error))?;
    Ok(read_by_the_sdk(answer))
}

fn request(store: &Store, asked: Asked<'_>) -> ListObjectsV2FluentBuilder {
    store
        .client()
        .list_objects_v2()
        .bucket(store.bucket())
        .prefix(asked.prefix)
        .set_delimiter(asked.delimited.then(|| "/".to_owned()))
        .encoding_type(EncodingType::Url)
        // Repeated with every token, as some stores ask for.
        .set_start_after(asked.after.map(str::to_owned))
        .set_continuation_token(asked.token.map(str::to_owned))
}

fn read_by_the_sdk(answer: ListObjectsV2Output) -> Listed {
    let encoded = answer.encoding_type() == Some(&EncodingType::Url);
    let objects = answer.contents.unwrap_or_default().into_iter();
    let folders = answer.common_prefixes.unwrap_or_default().into_iter();
    Listed {
        page: Page {
            objects: objects.map(|listed| object(listed, encoded)).collect(),
            folders: folders
                .map(|folder| decoded(folder.prefix.unwrap_or_default(), encoded))
                .collect(),
        },
        token: answer.next_continuation_token,
        truncated: answer.is_truncated.unwrap_or(false),
    }
}

fn object(listed: aws_sdk_s3::types::Object, encoded: bool) -> Object {
    let size = listed.size.and_then(|size| u64::try_from(size).ok());
    Object {
        key: decoded(listed.key.unwrap_or_default(), encoded),
        size: size.unwrap_or(0),
        modified: listed.last_modified.and_then(|at| at.to_millis().ok()),
        etag: listed.e_tag,
        storage_class: listed.storage_class.map(|class| class.as_str().to_owned()),
    }
}

/// A key as it is, from one of an answer with `EncodingType` `url`. Amazon S3
/// encodes as in a form: a space is `+`, a plus is `%2B`.
pub(crate) fn plain(key: &str, encoded: bool) -> String {
    decoded(key.to_owned(), encoded)
}

fn decoded(key: String, encoded: bool) -> String {
    if !encoded || memchr::memchr2(b'%', b'+', key.as_bytes()).is_none() {
        return key;
    }
    let spaced = key.replace('+', " ");
    percent_decode(spaced.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
}

/// Reads a good answer in the SDK's place.
#[derive(Debug, Clone, Default)]
struct Reading(Arc<Mutex<Option<Listed>>>);

impl Reading {
    fn take(&self) -> Option<Listed> {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.take()
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Reading {
    fn name(&self) -> &'static str {
        "Reading"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Refusals are the SDK's to read: its retries go by them.
        if context.response().status().as_u16() == 200 {
            cfg.interceptor_state()
                .store_put(SharedResponseDeserializer::new(self.clone()));
        }
        Ok(())
    }
}

impl DeserializeResponse for Reading {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<AnyError>> {
        let read = match response.body().bytes() {
            // An attempt may fail after this one took the SDK's place.
            Some(body) if response.status().as_u16() == 200 => xml::read(body),
            _ => None,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(Output::erase(ListObjectsV2Output::builder().build()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_the_form_encoding() {
        assert_eq!(plain("a+b%2Bc%0D%C3%BC", true), "a b+c\r\u{fc}");
        assert_eq!(plain("a+b%2B", false), "a+b%2B");
    }
}
