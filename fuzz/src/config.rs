//! The configuration file.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use landbridge::config::{Config, Layer};

thread_local! {
    static FILE: RefCell<PathBuf> = RefCell::new(
        std::env::temp_dir().join(format!("landbridge-fuzz-{}.toml", std::process::id())),
    );
}

/// A file is taken or refused in words; what is taken gives settings that nothing can misread.
pub fn check(bytes: &[u8]) {
    FILE.with_borrow(|path| {
        fs::write(path, bytes).expect("room for a small file");
        let config = match Config::load(Layer::default(), Some(path)) {
            Ok(config) => config,
            Err(failure) => return assert!(failure.to_string().len() > 10),
        };
        if let Ok(address) = config.address() {
            let open = config.allow_plaintext || config.tls().expect("it was looked at").is_some();
            assert!(open || address.ip().to_canonical().is_loopback(), "plain text beyond loopback");
        }
        if let Ok(Some(url)) = config.public_url() {
            let scheme = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            let host = scheme.expect("a URL has a scheme");
            assert!(host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c)), "{url}");
        }
        if let Err(failure) = config.target() {
            assert!(failure.to_string().len() > 10);
        }
    });
}
