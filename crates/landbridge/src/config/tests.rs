//! What wins over what, and what is refused.

use std::fs;

use clap::{Command, FromArgMatches as _};
use tempfile::TempDir;

use super::*;

fn flags(arguments: &[&str]) -> Layer {
    let command = Layer::augment_args(Command::new("landbridge"));
    let matches = command.try_get_matches_from([&["landbridge"], arguments].concat()).expect("they parse");
    Layer::from_arg_matches(&matches).expect("they fit")
}

pub(super) fn written(text: &str) -> Result<Layer, Failure> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("some.conf");
    fs::write(&path, text).expect("written");
    file(Some(&path), Path::new("unused"))
}

pub(super) fn config(arguments: &[&str], text: &str) -> Config {
    Config::of(flags(arguments), written(text).expect("a good file")).expect("complete")
}

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let file = "listen = \"127.0.0.1:1\"\nlatency = \"lifelike\"\nallow_plaintext = true\n";
    let config = config(&["--listen", "127.0.0.1:2"], file);
    assert_eq!(config.listen, "127.0.0.1:2");
    assert_eq!(config.latency, Profile::Lifelike);
    assert!(config.allow_plaintext);
    assert_eq!((config.data.as_path(), config.log_level.as_str()), (Path::new("./landbridge-data"), "info"));
}

#[test]
fn a_flag_without_a_value_says_yes_and_one_with_a_value_can_say_no() {
    assert!(config(&["--allow-plaintext"], "").allow_plaintext);
    assert!(!config(&["--allow-plaintext=false"], "allow_plaintext = true").allow_plaintext);
}

#[test]
fn every_setting_has_its_flag_its_variable_and_its_key_under_one_name() {
    let command = Layer::augment_args(Command::new("landbridge"));
    // Tables have neither: they don't fit on a line.
    let fields = || Config::META.fields.iter().filter(|field| field.name != "accounts");
    for field in fields() {
        let variable = format!("LANDBRIDGE_{}", field.name.to_uppercase());
        let FieldKind::Leaf { env, .. } = field.kind else { panic!("{} is no leaf", field.name) };
        assert_eq!(env, Some(variable.as_str()));
        let arg = command.get_arguments().find(|arg| arg.get_id() == field.name).expect("a flag");
        assert_eq!(arg.get_long(), Some(field.name.replace('_', "-").as_str()));
        assert_eq!(arg.get_env().and_then(|env| env.to_str()), Some(variable.as_str()));
    }
    assert_eq!(command.get_arguments().count(), fields().count());
}

#[test]
fn an_unknown_key_is_refused_by_its_name() {
    let refusal = written("listen = \"127.0.0.1:1\"\nlissten = 1\n").expect_err("a misspelt key").to_string();
    assert!(refusal.contains("unknown field `lissten`"), "{refusal}");
}

#[test]
fn a_file_that_was_named_must_be_there_and_the_usual_one_need_not() {
    let nowhere = Path::new("no-such-folder/landbridge.toml");
    assert!(
        file(Some(nowhere), Path::new("unused")).expect_err("missing").to_string().contains("does not exist")
    );
    assert!(file(None, nowhere).expect("nothing said").is_empty());
}

#[test]
fn the_template_is_a_file_that_says_nothing_yet() {
    assert!(written(&template()).expect("a good file").is_empty());
}

#[test]
fn listening_beyond_loopback_takes_a_certificate_or_a_plain_word() {
    for address in ["127.0.0.1:0", "[::1]:80", "localhost:8080", "127.9.9.9:1"] {
        config(&["--listen", address], "").address().expect("loopback");
    }
    for address in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:1"] {
        let refusal = config(&["--listen", address], "").address().expect_err("beyond loopback");
        assert!(refusal.to_string().contains("without TLS"), "{refusal}");
        config(&["--listen", address, "--allow-plaintext"], "").address().expect("a plain word");
        config(&["--listen", address, "--tls-cert", "c", "--tls-key", "k"], "")
            .address()
            .expect("a certificate");
        config(&["--listen", address, "--tls-cert", "c"], "").address().expect_err("half a certificate");
    }
    for address in ["8080", ":8080", "host.example:80", "127.0.0.1"] {
        let refusal = config(&["--listen", address], "").address().expect_err("no address");
        assert!(refusal.to_string().contains("no address"), "{refusal}");
    }
}

#[test]
fn the_database_is_in_the_data_folder_unless_told_otherwise() {
    let target = |arguments| config(arguments, "").target();
    assert_eq!(target(&["--data", "d"]).expect("a file"), Target::Sqlite("d/landbridge.db".into()));
    assert_eq!(target(&["--database", "sqlite:x.db"]).expect("a file"), Target::Sqlite("x.db".into()));
    let server = target(&["--database", "postgres://u:hush@host/db"]).expect("a server");
    assert_eq!(server.to_string(), "postgres://host/db", "what is printed has no secret in it");
    let refusal = target(&["--database", "postgres://u:hush@host/db?sslmode=x"]).expect_err("no such mode");
    assert!(!format!("{refusal:?} {refusal}").contains("hush"), "{refusal}");
}

#[test]
fn a_public_url_is_scheme_and_host_and_means_nothing_to_a_shell() {
    let url = |url| config(&["--public-url", url], "").public_url().map(|url| url.map(str::to_owned));
    assert_eq!(
        url("https://atlas.example:8443/").expect("good").as_deref(),
        Some("https://atlas.example:8443")
    );
    for bad in ["atlas.example", "https://", "https://x/path", "https://$(id)", "https://a b", "ftp://x"] {
        url(bad).expect_err(bad);
    }
}

#[test]
fn rate_limits_are_a_hundred_times_the_services_a_number_of_times_or_off() {
    let rates = |arguments: &[&str], file| config(arguments, file).rates();
    let times = |n| Rates::Times(NonZeroU32::new(n).expect("not zero"));
    assert_eq!(rates(&[], ""), Rates::default());
    assert_eq!(rates(&[], ""), times(100));
    assert_eq!(rates(&["--rate-limit-factor", "1"], ""), times(1));
    assert_eq!(rates(&[], "rate_limit_factor = 7"), times(7));
    assert_eq!(rates(&["--no-rate-limits"], "rate_limit_factor = 7"), Rates::Off);
    assert_eq!(rates(&[], "no_rate_limits = true"), Rates::Off);
    written("rate_limit_factor = 0").expect_err("no calls at all");
}
