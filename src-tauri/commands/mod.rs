//! The boundary to the web view: one file a capability, one thin function a
//! command. A command converts, calls the core and returns; it decides nothing.
//! All but the shell's and the selection's are `async`, so that none holds up the
//! window's own thread.
//!
//! The TypeScript bindings are generated from here, by the test beside this file.

mod bin;
mod browse;
mod connections;
mod links;
mod preview;
mod properties;
mod settings;
mod shell;
mod thumbnails;
mod transfers;
mod uploads;

use tauri_specta::{Builder, collect_commands};

/// Every command, with the types that cross.
pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            bin::bin_delete,
            bin::bin_list,
            bin::bin_plan,
            bin::bin_undo,
            browse::browse_arrange,
            browse::browse_close,
            browse::browse_courses,
            browse::browse_find,
            browse::browse_folders,
            browse::browse_forget_all_recent,
            browse::browse_forget_recent,
            browse::browse_keep_look,
            browse::browse_look,
            browse::browse_measure,
            browse::browse_new_folder,
            browse::browse_open,
            browse::browse_pin,
            browse::browse_position,
            browse::browse_recent,
            browse::browse_refresh,
            browse::browse_rename_course,
            browse::browse_rows,
            browse::browse_select,
            browse::browse_state,
            browse::browse_stop_measuring,
            browse::browse_unpin,
            browse::browse_visited,
            connections::connections_add,
            connections::connections_buckets,
            connections::connections_check,
            connections::connections_edit,
            connections::connections_export,
            connections::connections_import,
            connections::connections_import_env,
            connections::connections_list,
            connections::connections_pick_folder,
            connections::connections_practice,
            connections::connections_profiles,
            connections::connections_remove,
            links::links_again,
            links::links_copy,
            links::links_expiry,
            links::links_list,
            links::links_options,
            preview::preview_archive,
            preview::preview_close,
            preview::preview_markdown,
            preview::preview_media,
            preview::preview_open,
            properties::properties_get,
            properties::properties_plan,
            properties::properties_plan_for_all,
            properties::properties_save,
            properties::properties_save_for_all,
            properties::properties_undo,
            properties::properties_versions,
            settings::settings_get,
            settings::settings_set,
            shell::shell_copy_text,
            shell::shell_listen,
            shell::shell_notify,
            shell::shell_open_logs,
            shell::shell_set_menu,
            shell::shell_startup,
            thumbnails::thumbnails_cancel,
            transfers::transfers_cancel,
            transfers::transfers_clear,
            transfers::transfers_discard,
            transfers::transfers_finished,
            transfers::transfers_paste,
            transfers::transfers_pause,
            transfers::transfers_pause_all,
            transfers::transfers_pick_files,
            transfers::transfers_pick_folders,
            transfers::transfers_plan_copy,
            transfers::transfers_plan_download,
            transfers::transfers_plan_move,
            transfers::transfers_plan_upload,
            transfers::transfers_rename,
            transfers::transfers_resume,
            transfers::transfers_resume_all,
            transfers::transfers_retry,
            transfers::transfers_show,
            transfers::transfers_start,
            transfers::transfers_take_up,
            transfers::transfers_undo_move,
            transfers::transfers_unfinished,
            transfers::transfers_watch,
            uploads::uploads_abort,
            uploads::uploads_list,
        ])
        // Sizes and times stay far below 2^53.
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
}

#[cfg(test)]
mod tests;
