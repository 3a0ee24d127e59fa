//! How a connection comes to be: plain or encrypted, and what the server says unasked.

use std::future::poll_fn;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Notification};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use crate::error::{Cause, Error, Result};

/// What opens connections.
#[derive(Clone)]
pub(super) struct Dialer {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// A connection that was opened.
pub(super) struct Dialed {
    pub(super) client: Client,
    /// Set when the server warned of something.
    pub(super) warned: Arc<AtomicBool>,
    /// Ends when the connection does.
    pub(super) driver: JoinHandle<()>,
}

impl Dialer {
    pub(super) fn new(address: &Address) -> Result<Self> {
        let mut config = address.config.clone();
        config.ssl_mode(if address.encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = match address.encrypted {
            true => Some(MakeRustlsConnect::new(client_tls(address.root.as_deref())?)),
            false => None,
        };
        Ok(Self { config, tls })
    }

    /// Opens one on the runtime that this is called from; `heard` is told of hints.
    pub(super) async fn dial(
        &self,
        heard: impl FnMut(&Notification) + Send + 'static,
    ) -> std::result::Result<Dialed, tokio_postgres::Error> {
        let warned = Arc::new(AtomicBool::new(false));
        let warns = Arc::clone(&warned);
        let runtime = tokio::runtime::Handle::current();
        let (client, driver) = match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                (client, runtime.spawn(drive(connection, warns, heard)))
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                (client, runtime.spawn(drive(connection, warns, heard)))
            }
        };
        Ok(Dialed { client, warned, driver })
    }
}

/// Moves bytes until the connection ends.
async fn drive<S, T>(
    mut connection: Connection<S, T>,
    warned: Arc<AtomicBool>,
    mut heard: impl FnMut(&Notification),
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) if notice.severity() == "WARNING" => {
                tracing::warn!(words = notice.message(), "the database warned");
                warned.store(true, Ordering::Relaxed);
            }
            Ok(AsyncMessage::Notification(hint)) => heard(&hint),
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a connection to the database ended"
                );
                return;
            }
        }
    }
}

/// What tells a server that is trusted.
fn client_tls(root: Option<&Path>) -> Result<ClientConfig> {
    let failed = |source: Cause| Error::Engine { doing: "read whom to trust for the database", source };
    let mut roots = RootCertStore::empty();
    match root {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let certificates =
                CertificateDer::pem_file_iter(path).map_err(|error| failed(Arc::new(error)))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| failed(Arc::new(error)))?;
                roots.add(certificate).map_err(|error| failed(Arc::new(error)))?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(Arc::new(error)))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
