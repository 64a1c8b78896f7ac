//! Who draws: a process of its own, because what is drawn comes from anywhere.
//! One that takes too long is ended, one that crashes takes nothing with it, and
//! it may hold only so much memory. It reads files and writes thumbnails through
//! its standard streams, knows no key, no name and no connection, and ends when
//! nobody has asked for a while, or when the app ends.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout};

use super::MOST_FILE_BYTES;
use super::draw::{Picture, PictureFormat, draw};
use crate::error::{Error, Result};

/// Ten times what the largest camera's picture takes on a slow computer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a process waits for more work.
const IDLE: Duration = Duration::from_secs(20);

/// A thumbnail of [`LONGEST_SIDE`](super::draw::LONGEST_SIDE) pixels is smaller, however noisy.
const MOST_ANSWER: u32 = 1 << 20;

/// Bytes that a drawing process may hold (Linux; elsewhere the decoders' own limits count).
#[cfg(target_os = "linux")]
const MOST_MEMORY: u64 = 768 << 20;

/// How to start the process: it must call [`draw_for_parent`].
#[derive(Debug, Clone)]
pub struct DrawingProgram {
    pub path: PathBuf,
    pub arguments: Vec<String>,
}

pub(super) struct Artist {
    program: OnceLock<DrawingProgram>,
    patience: Duration,
    idle: Arc<Mutex<Vec<Process>>>,
}

struct Process {
    // Ended when this is dropped.
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
    since: Instant,
}

impl Default for Artist {
    fn default() -> Self {
        Self {
            program: OnceLock::new(),
            patience: PATIENCE,
            idle: Arc::default(),
        }
    }
}

impl Artist {
    /// From now on a process draws. Without one, this process does.
    pub(super) fn use_program(&self, program: DrawingProgram) {
        let _ = self.program.set(program);
    }

    /// `None` for what cannot be drawn. Dropped, it ends what it began.
    ///
    /// # Errors
    /// `Internal` when no process can be started.
    pub(super) async fn draw(&self, bytes: Vec<u8>) -> Result<Option<Picture>> {
        let Some(program) = self.program.get() else {
            return tokio::task::spawn_blocking(move || draw_caught(&bytes))
                .await
                .map_err(|error| Error::internal(error.to_string()));
        };
        let waiting = self.lock().pop();
        let mut process = match waiting {
            Some(process) => process,
            None => Process::start(program).map_err(|error| Error::internal(error.to_string()))?,
        };
        match timeout(self.patience, process.exchange(&bytes)).await {
            Ok(Ok(picture)) => {
                self.put_back(process);
                Ok(picture)
            }
            Ok(Err(error)) => {
                tracing::info!(kind = ?error.kind(), "a file could not be drawn: the process ended");
                Ok(None)
            }
            Err(_) => {
                tracing::info!("a file could not be drawn in time");
                Ok(None)
            }
        }
    }

    fn put_back(&self, mut process: Process) {
        process.since = Instant::now();
        self.lock().push(process);
        let idle = Arc::clone(&self.idle);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(|process| process.since.elapsed() < IDLE);
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process {
    fn start(program: &DrawingProgram) -> std::io::Result<Self> {
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| {
                name == "PATH" || name == "LD_LIBRARY_PATH" || name == "SystemRoot"
            }))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("no streams"));
        };
        Ok(Self {
            _child: child,
            input,
            output,
            since: Instant::now(),
        })
    }

    async fn exchange(&mut self, bytes: &[u8]) -> std::io::Result<Option<Picture>> {
        let length = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
        self.input.write_u32(length).await?;
        self.input.write_all(bytes).await?;
        self.input.flush().await?;
        let format = match self.output.read_u8().await? {
            b'0' => return Ok(None),
            b'j' => PictureFormat::Jpeg,
            b'p' => PictureFormat::Png,
            _ => return Err(std::io::ErrorKind::InvalidData.into()),
        };
        let length = self.output.read_u32().await?;
        if length > MOST_ANSWER {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; length as usize];
        self.output.read_exact(&mut bytes).await?;
        Ok(Some(Picture { format, bytes }))
    }
}

/// The drawing process itself: draws what comes on its standard input until that ends.
pub fn draw_for_parent() -> ExitCode {
    limit_memory();
    match serve(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let length = u64::from(u32::from_be_bytes(length));
        if length > MOST_FILE_BYTES {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut bytes = Vec::new();
        input.take(length).read_to_end(&mut bytes)?;
        match draw_caught(&bytes) {
            None => output.write_all(b"0")?,
            Some(picture) => {
                output.write_all(match picture.format {
                    PictureFormat::Jpeg => b"j",
                    PictureFormat::Png => b"p",
                })?;
                let length = u32::try_from(picture.bytes.len()).map_err(std::io::Error::other)?;
                output.write_all(&length.to_be_bytes())?;
                output.write_all(&picture.bytes)?;
            }
        }
        output.flush()?;
    }
    Ok(())
}

fn draw_caught(bytes: &[u8]) -> Option<Picture> {
    // Nothing outlives a drawing, so that nothing can be left half done.
    catch_unwind(AssertUnwindSafe(|| draw(bytes)))
        .ok()
        .flatten()
}

#[cfg(target_os = "linux")]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit {
        current: Some(MOST_MEMORY),
        maximum: Some(MOST_MEMORY),
    };
    // Without it the decoders' own limits are left.
    let _ = setrlimit(Resource::Data, limit);
}

#[cfg(not(target_os = "linux"))]
fn limit_memory() {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::samples;
    use super::*;

    fn request(bytes: &[u8]) -> Vec<u8> {
        let mut request = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
        request.extend(bytes);
        request
    }

    #[test]
    fn the_process_draws_one_file_after_the_other() {
        let picture = samples::png(400, 300);
        let requests = [request(&picture), request(b"no picture"), request(&picture)].concat();
        let mut answer = Vec::new();

        serve(&mut requests.as_slice(), &mut answer).unwrap();

        let drawn = draw(&picture).unwrap().bytes;
        let mut expected = vec![b'j'];
        expected.extend(u32::try_from(drawn.len()).unwrap().to_be_bytes());
        expected.extend(&drawn);
        assert_eq!(answer, [expected.clone(), vec![b'0'], expected].concat());
    }

    #[test]
    fn the_process_takes_in_no_more_than_a_file_may_have() {
        let too_long = u32::try_from(MOST_FILE_BYTES + 1).unwrap().to_be_bytes();

        assert!(serve(&mut too_long.as_slice(), &mut Vec::new()).is_err());
    }

    #[cfg(unix)]
    fn shell(script: &str, patience: Duration) -> Artist {
        let artist = Artist {
            patience,
            ..Artist::default()
        };
        artist.use_program(DrawingProgram {
            path: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
        });
        artist
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_takes_too_long_has_no_thumbnail_and_its_process_ends() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("echo $$ > {}; exec sleep 600", pid.display());
        let artist = shell(&script, Duration::from_millis(500));

        assert_eq!(artist.draw(vec![1]).await.unwrap(), None);

        let pid = std::fs::read_to_string(pid).unwrap();
        let alive = || {
            // A process that ended may be waiting to be taken note of.
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
            stat.is_ok_and(|stat| !stat.contains(") Z"))
        };
        let begun = Instant::now();
        while cfg!(target_os = "linux") && alive() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{pid} lives");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_process_that_crashes_takes_nothing_with_it() {
        let artist = shell("kill -SEGV $$", PATIENCE);

        assert_eq!(artist.draw(vec![1]).await.unwrap(), None);
        assert_eq!(artist.draw(vec![1]).await.unwrap(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn an_answer_without_end_is_not_taken_in() {
        // A format, and a length of four gigabytes.
        let artist = shell(r"printf 'j\377\377\377\377'; exec cat /dev/zero", PATIENCE);

        assert_eq!(artist.draw(vec![1]).await.unwrap(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_process_that_did_well_is_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let starts = folder.path().join("starts");
        let script = format!(
            "echo x >> {}; while head -c 5 > /dev/null; do printf 0; done",
            starts.display()
        );
        let artist = shell(&script, PATIENCE);

        artist.draw(vec![1]).await.unwrap();
        artist.draw(vec![1]).await.unwrap();

        assert_eq!(std::fs::read_to_string(starts).unwrap(), "x\n");
    }
}
