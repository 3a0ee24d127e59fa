//! The certificate and key of the server, from PEM files.
//!
//! Whoever reads an error of these has two files and a server that does not start, so each names
//! the file and what is wrong with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{InconsistentKeys, ServerConfig};

/// What clients may choose to speak, best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read.
    #[error("could not read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is no PEM.
    #[error("{} is not well-formed PEM", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        source: pem::Error,
    },
    /// The certificate file has no certificate in it.
    #[error("{} holds no certificate (a section \"BEGIN CERTIFICATE\")", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The key file has no private key in it, or an encrypted one.
    #[error("{} holds no unencrypted private key (a section \"BEGIN PRIVATE KEY\")", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The first certificate is none.
    #[error("the first certificate in {} can't be used", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// The private key is none, or of a kind that TLS does not use.
    #[error("the private key in {} can't be used", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// Both are fine, but not each other's.
    #[error(
        "the private key in {} is not that of the first certificate in {}",
        key.display(),
        certificate.display()
    )]
    NotAPair {
        /// The certificate file; the server's own has to come first in it.
        certificate: PathBuf,
        /// The key file.
        key: PathBuf,
    },
}

/// The TLS side of a server whose certificate chain and private key are in these files.
pub fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(&read(certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| TlsError::Pem { path: certificate.to_owned(), source })?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate { path: certificate.to_owned() });
    }
    let private = match PrivateKeyDer::from_pem_slice(&read(key)?) {
        Ok(private) => private,
        Err(pem::Error::NoItemsFound) => return Err(TlsError::NoKey { path: key.to_owned() }),
        Err(source) => return Err(TlsError::Pem { path: key.to_owned(), source }),
    };

    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let signing = provider
        .key_provider
        .load_private_key(private)
        .map_err(|source| TlsError::Key { path: key.to_owned(), source })?;
    let pair = CertifiedKey::new(chain, signing);
    match pair.keys_match() {
        Ok(()) => {}
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            return Err(TlsError::NotAPair { certificate: certificate.to_owned(), key: key.to_owned() });
        }
        Err(source) => return Err(TlsError::Certificate { path: certificate.to_owned(), source }),
    }

    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has a suite for each version of TLS")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
    use tempfile::TempDir;

    use super::*;

    /// A folder with `cert.pem` and `key.pem`, and what `load` says to it.
    fn loading(certificate: &str, key: &str) -> Result<Arc<ServerConfig>, String> {
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let (certificate, key) = (at("cert.pem", certificate), at("key.pem", key));
        load(&certificate, &key).map_err(|error| {
            let text = error.to_string().replace(&folder.path().display().to_string(), "DIR");
            format!("{text}{}", if std::error::Error::source(&error).is_some() { ": …" } else { "" })
        })
    }

    fn pair() -> (String, String) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        (cert.pem(), signing_key.serialize_pem())
    }

    #[test]
    fn a_certificate_and_its_key_are_taken_and_http_2_is_offered_first() {
        let (certificate, key) = pair();
        let config = loading(&certificate, &key).expect("a pair");
        assert_eq!(config.alpn_protocols, [b"h2".as_slice(), b"http/1.1"]);
    }

    #[test]
    fn every_error_names_the_file_and_what_is_wrong_with_it() {
        let (certificate, key) = pair();
        let other_key = KeyPair::generate().expect("a key").serialize_pem();
        let cut = &certificate[..certificate.len() / 2];
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let useless = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for (certificate, key, said) in [
            (cut, key.as_str(), "DIR/cert.pem is not well-formed PEM: …"),
            ("", &key, "DIR/cert.pem holds no certificate (a section \"BEGIN CERTIFICATE\")"),
            (&key, &key, "DIR/cert.pem holds no certificate (a section \"BEGIN CERTIFICATE\")"),
            (nonsense, &key, "the first certificate in DIR/cert.pem can't be used: …"),
            (
                &certificate,
                "",
                "DIR/key.pem holds no unencrypted private key (a section \"BEGIN PRIVATE KEY\")",
            ),
            (&certificate, useless, "the private key in DIR/key.pem can't be used: …"),
            (
                &certificate,
                &other_key,
                "the private key in DIR/key.pem is not that of the first certificate in DIR/cert.pem",
            ),
        ] {
            assert_eq!(loading(certificate, key).expect_err("not a pair"), said);
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load(Path::new("no-such-folder/cert.pem"), Path::new("key.pem")).expect_err("no file");
        assert_eq!(error.to_string(), "could not read no-such-folder/cert.pem");
    }
}
