//! TLS, with a certificate of our own making.

use std::fs;

use crate::bed::{Server, bash, folder, need_curl, run, text};

#[test]
fn a_certificate_of_its_own_making_serves_curl_and_the_commands() {
    need_curl();
    let folder = folder();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("written");
    fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    let server = Server::start(folder.path(), &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    assert!(server.greeting().contains("https://127.0.0.1:"), "{}", server.greeting());

    let ready = bash(
        folder.path(),
        "source data/bootstrap.env; curl --silent --fail --cacert cert.pem \"${MONGODB_ATLAS_BASE_URL}readyz\"",
    );
    assert_eq!(ready, "ready\n");
    let listed = bash(folder.path(), &server.commands()[..2].join("\n"));
    assert!(listed.contains("rehearsal"), "{listed}");

    let clock = ["clock", "show", "--env-file", "data/bootstrap.env"];
    let stranger = run(folder.path(), &clock);
    assert_eq!(stranger.status.code(), Some(5), "a certificate that nobody vouches for is not trusted");
    for file in ["data/bootstrap.env", "data/bootstrap-oauth.env"] {
        let known = run(folder.path(), &["clock", "show", "--env-file", file, "--ca-cert", "cert.pem"]);
        assert!(known.status.success(), "{}", text(&known.stderr));
    }
}
