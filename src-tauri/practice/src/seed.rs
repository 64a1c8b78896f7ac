//! Sample courses, written once into a bucket that is empty and never had them:
//! so that a first look at Lectern shows something to look at.

mod pdf;
mod text;

use crate::content_type;
use crate::error::{disk_error, on_disk};
use crate::object;
use crate::record::{About, Version, hex};
use crate::staging::Stage;
use crate::store::{Bucket, SETTINGS, Store};
use crate::{bucket, checksum::Algorithm};

use s3s::S3Result;

use crate::conditions::WriteConditions;

/// One file of the sample courses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFile {
    /// The key in the bucket, such as `Linear Algebra/Week 1 – Vectors/Reading list.md`.
    pub key: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// The sample courses: three of them, some twenty small files of the kinds that
/// teachers have.
pub fn sample_course() -> Vec<SampleFile> {
    let mut files = Vec::new();
    files.extend(linear_algebra());
    files.extend(statistics());
    files.extend(cafe_francais());
    files
}

fn linear_algebra() -> Vec<SampleFile> {
    let course = "Linear Algebra";
    vec![
        file(
            course,
            "Syllabus.pdf",
            pdf::page("Linear Algebra", text::ALGEBRA_SYLLABUS),
        ),
        file(course, "Reading list.md", text::ALGEBRA_READING),
        file(
            course,
            "Week 1 – Vectors/Slides.pdf",
            pdf::page("Week 1 – Vectors", text::VECTORS_SLIDES),
        ),
        file(
            course,
            "Week 1 – Vectors/Exercises.md",
            text::VECTORS_EXERCISES,
        ),
        file(course, "Week 1 – Vectors/Vector sum.svg", text::VECTOR_SUM),
        file(
            course,
            "Week 2 – Matrices/Slides.pdf",
            pdf::page("Week 2 – Matrices", text::MATRICES_SLIDES),
        ),
        file(
            course,
            "Week 2 – Matrices/Exercises.md",
            text::MATRICES_EXERCISES,
        ),
        file(course, "Week 2 – Matrices/rotation.py", text::ROTATION),
        file(course, "Week 3 – Eigenvalues/Notes.txt", text::EIGENVALUES),
    ]
}

fn statistics() -> Vec<SampleFile> {
    let course = "Introduction to Statistics";
    vec![
        file(course, "Welcome.txt", text::STATISTICS_WELCOME),
        file(course, "Datasets/plant growth.csv", text::PLANT_GROWTH),
        file(course, "Datasets/daily temperature.csv", text::TEMPERATURE),
        file(course, "Datasets/README.md", text::DATASETS),
        file(
            course,
            "Lab 1 – Means and medians/Worksheet.pdf",
            pdf::page("Lab 1", text::LAB_WORKSHEET),
        ),
        file(
            course,
            "Lab 1 – Means and medians/Histogram.svg",
            text::HISTOGRAM,
        ),
    ]
}

fn cafe_francais() -> Vec<SampleFile> {
    let course = "Café français – A1";
    vec![
        file(course, "Programme.md", text::PROGRAMME),
        file(
            course,
            "Leçon 1 – Se présenter/Vocabulaire.csv",
            text::VOCABULAIRE,
        ),
        file(
            course,
            "Leçon 1 – Se présenter/Dialogue.txt",
            text::DIALOGUE,
        ),
        file(course, "Leçon 2 – À table/Recette.html", text::RECETTE),
    ]
}

fn file(course: &str, name: &str, bytes: impl Into<Vec<u8>>) -> SampleFile {
    SampleFile {
        key: format!("{course}/{name}"),
        content_type: content_type::guess(name),
        bytes: bytes.into(),
    }
}

/// Writes the sample courses where they may be written. Returns whether they were.
pub(crate) async fn seed(store: &Store, name: &str) -> S3Result<bool> {
    let guard = store.lock_key(name, SETTINGS).await;
    let (store, name) = (store.clone(), name.to_owned());
    on_disk(move || {
        let _guard = guard;
        let bucket = store.bucket(&name)?;
        let mut settings = bucket.settings()?;
        if settings.seeded || bucket::holds_keys(&bucket.tree)? {
            return Ok(false);
        }
        for sample in sample_course() {
            write(&bucket, sample)?;
        }
        settings.seeded = true;
        bucket.write_settings(&settings)?;
        Ok(true)
    })
    .await
}

fn write(bucket: &Bucket, sample: SampleFile) -> S3Result<()> {
    let stage = || {
        let mut stage = Stage::new(&bucket.store, &[Algorithm::Crc64Nvme])?;
        stage.write(&sample.bytes)?;
        stage.finish()
    };
    let staged = stage().map_err(disk_error)?;
    let version = Version {
        size: staged.stamp.size,
        modified: staged.stamp.modified,
        etag: hex(&staged.md5),
        about: About {
            content_type: Some(sample.content_type.to_owned()),
            ..About::default()
        },
        checksums: staged.checksums.clone(),
        ..Version::default()
    };
    let absent = WriteConditions {
        if_match: None,
        if_none_match: Some(s3s::dto::ETagCondition::Any),
    };
    object::put(bucket, &sample.key, staged, version, &absent)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_sample_is_small_pleasant_and_whole() {
        let files = sample_course();
        assert!((12..=24).contains(&files.len()));
        for file in &files {
            assert!(
                !file.bytes.is_empty() && file.bytes.len() < 32 * 1024,
                "{}",
                file.key
            );
            assert_ne!(file.content_type, content_type::UNKNOWN, "{}", file.key);
            crate::key_path::check(&file.key).unwrap();
        }
        let mut keys: Vec<_> = files.iter().map(|file| &file.key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), files.len());
    }
}
