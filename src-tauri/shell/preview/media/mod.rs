//! Where sound and film come from. Web views play them through the preview
//! scheme, but for WebKitGTK, whose player reads neither custom schemes nor
//! blobs of any size by pieces: there a server on the loopback interface stands
//! in, one small file for one system.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::{Media, allow, start};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use lectern_core::preview::PreviewId;

    pub enum Media {}

    impl Media {
        pub fn listen() -> Option<Self> {
            None
        }

        pub fn address(&self, _: &PreviewId) -> String {
            match *self {}
        }
    }

    pub fn allow(_: &mut tauri::Context, _: Option<&Media>) {}

    pub fn start(_: &tauri::AppHandle) {}
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Media, allow, start};
