//! On Linux the session's own service is asked first (GNOME; then KDE, Xfce and
//! others), because it decides when an idle computer sleeps; where there is
//! none, logind is.
//!
//! Sources: gnome-session's `org.gnome.SessionManager`, the freedesktop
//! power management specification 0.2 (`Inhibit`), systemd's "Inhibitor Locks".
//! All three end the hold when the connection that made it goes away, so a
//! crash leaves none behind.

use serde::Serialize;
use zbus::Connection;
use zbus::zvariant::{DynamicType, OwnedFd};

use super::{APP, ID, REASON};

/// gnome-session: no suspending; the screen may go dark.
const GNOME_SUSPEND: u32 = 4;

pub(super) struct Service {
    name: &'static str,
    path: &'static str,
    interface: &'static str,
    release: &'static str,
}

const GNOME: Service = Service {
    name: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
    release: "Uninhibit",
};

const FREEDESKTOP: Service = Service {
    name: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
    release: "UnInhibit",
};

/// Holds until released or dropped.
pub(super) enum Held {
    Session {
        connection: Connection,
        service: &'static Service,
        cookie: u32,
    },
    /// Closed with the last copy of the descriptor.
    Logind { _lock: OwnedFd },
}

impl Held {
    pub(super) async fn release(self) {
        if let Self::Session {
            connection,
            service,
            cookie,
        } = self
        {
            // Should it fail, the end of the connection releases it.
            let _ = call(&connection, service, service.release, &(cookie,)).await;
            let _ = connection.close().await;
        }
    }
}

pub(super) async fn hold() -> Option<Held> {
    match session().await {
        Some(held) => Some(held),
        None => logind().await,
    }
}

async fn session() -> Option<Held> {
    let connection = Connection::session().await.ok()?;
    let wish = (ID, 0_u32, REASON, GNOME_SUSPEND);
    let mut service = &GNOME;
    let mut answer = call(&connection, service, "Inhibit", &wish).await;
    if answer.is_err() {
        service = &FREEDESKTOP;
        answer = call(&connection, service, "Inhibit", &(APP, REASON)).await;
    }
    let cookie = answer.ok()?.body().deserialize().ok()?;
    Some(Held::Session {
        connection,
        service,
        cookie,
    })
}

async fn logind() -> Option<Held> {
    let connection = Connection::system().await.ok()?;
    let answer = connection
        .call_method(
            Some("org.freedesktop.login1"),
            "/org/freedesktop/login1",
            Some("org.freedesktop.login1.Manager"),
            "Inhibit",
            &("sleep:idle", APP, REASON, "block"),
        )
        .await
        .ok()?;
    let lock = answer.body().deserialize().ok()?;
    Some(Held::Logind { _lock: lock })
}

async fn call<B>(
    connection: &Connection,
    service: &Service,
    method: &str,
    body: &B,
) -> zbus::Result<zbus::Message>
where
    B: Serialize + DynamicType,
{
    connection
        .call_method(
            Some(service.name),
            service.path,
            Some(service.interface),
            method,
            body,
        )
        .await
}
