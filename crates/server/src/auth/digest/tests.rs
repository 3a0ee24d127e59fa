//! What the digest parser and its arithmetic must hold to.

use proptest::prelude::*;

use super::*;
use crate::auth::credentials::seeded::Seeded;
use crate::auth::master::MasterKey;
use crate::auth::nonce::Nonces;
use model::Timestamp;

const PRIVATE: &str = "4c0ac4dc-6fc3-4b2e-a1b0-01bdd56c8977";
const TARGET: &str = "/api/atlas/v2/groups?pageNum=1&itemsPerPage=100";

fn ha1() -> Ha1 {
    Ha1::of("gswvkocq", PRIVATE)
}

/// What a client that knows the secret sends, in the words of the Go client.
fn header(uri: &str, nonce: &str, nc: &str, cnonce: &str) -> String {
    let draft = format!(
        r#"Digest username="gswvkocq", realm="MMS Public API", nonce="{nonce}", uri="{uri}", response="{response}", algorithm="MD5", cnonce="{cnonce}", qop=auth, nc={nc}"#,
        response = "0".repeat(32),
    );
    let response = hex::text(&Answer::parse(draft.as_bytes()).expect("an answer").expected(&ha1(), "GET"));
    draft.replace(&"0".repeat(32), &response)
}

fn right() -> String {
    header(TARGET, "NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv", "00000001", "0a4f113b")
}

fn proves(header: &str) -> bool {
    Answer::parse(header.as_bytes()).is_ok_and(|answer| answer.proves(&ha1(), "GET", TARGET))
}

#[test]
fn the_challenge_is_the_recorded_one() {
    let nonces = Nonces::new(&MasterKey::generate(&Seeded::new(1)), Timestamp::from_seconds(0));
    let nonce = nonces.issue(Timestamp::from_seconds(0), &Seeded::new(1));
    let text = challenge(&nonce, false)
        .to_str()
        .expect("ASCII")
        .replace(nonce.as_str(), "NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv");
    assert_eq!(
        text,
        r#"Digest realm="MMS Public API", domain="", nonce="NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv", algorithm=MD5, qop="auth", stale=false"#
    );
    assert!(challenge(&nonce, true).to_str().expect("ASCII").ends_with(", stale=true"));
}

#[test]
fn the_body_of_the_challenge_is_the_recorded_one() {
    assert_eq!(CHALLENGE_BODY.len(), 142);
    assert!(CHALLENGE_BODY.starts_with("{\n  \"error\" : 401,\n  \"reason\" : \"Unauthorized\",\n"));
    assert!(CHALLENGE_BODY.ends_with("\"errorCode\" : \"UNEXPECTED_ERROR\"\n}"));
}

#[test]
fn the_examples_of_the_rfcs_come_out_right() {
    let rfc = |realm: &str, secret: &str, answer: &str| {
        let ha1: [u8; 16] = Md5::digest(format!("Mufasa:{realm}:{secret}")).into();
        let answer = Answer::parse(answer.as_bytes()).expect("an answer");
        assert_eq!(answer.expected(&Ha1::from_bytes(ha1), "GET"), answer.response);
    };
    // RFC 2617, 3.5.
    rfc(
        "testrealm@host.com",
        "Circle Of Life",
        r#"Digest username="Mufasa", realm="testrealm@host.com",
            nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001,
            cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1",
            opaque="5ccc069c403ebaf9f0171e9517f40e41""#
            .replace('\n', "")
            .as_str(),
    );
    // RFC 7616, 3.9.1.
    rfc(
        "http-auth@example.org",
        "Circle of Life",
        r#"Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5,
            nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
            cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth,
            response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            .replace('\n', "")
            .as_str(),
    );
}

#[test]
fn an_answer_is_right_for_its_own_secret_method_and_target_only() {
    let header = right();
    let answer = Answer::parse(header.as_bytes()).expect("an answer");
    assert_eq!((answer.public_key(), answer.count()), ("gswvkocq", 1));
    assert_eq!(answer.nonce(), b"NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv");
    assert!(answer.proves(&ha1(), "GET", TARGET));
    assert!(!answer.proves(&Ha1::of("gswvkocq", "another"), "GET", TARGET));
    assert!(!answer.proves(&ha1(), "DELETE", TARGET));
    assert!(!answer.proves(&ha1(), "GET", "/api/atlas/v2/groups"));
    assert!(!answer.proves(&ha1(), "GET", "/api/atlas/v2/groups?pageNum=2&itemsPerPage=100"));
}

#[test]
fn every_hashed_parameter_counts() {
    for (from, to) in [
        ("MMS Public API", "mms public api"),
        ("NSAKm++", "nSAKm++"),
        ("nc=00000001", "nc=00000002"),
        ("0a4f113b", "0a4f113c"),
        ("pageNum=1", "pageNum=2"),
    ] {
        let changed = right().replacen(from, to, 1);
        assert_ne!(changed, right());
        assert!(!proves(&changed), "{changed}");
    }
}

#[test]
fn a_flipped_bit_anywhere_in_the_response_is_wrong() {
    let answer = right();
    let at = answer.find("response=\"").expect("it is there") + "response=\"".len();
    for i in 0..32 {
        let mut bytes = answer.clone().into_bytes();
        bytes[at + i] = if bytes[at + i] == b'0' { b'1' } else { b'0' };
        assert!(!proves(std::str::from_utf8(&bytes).expect("ASCII")), "digit {i}");
    }
}

#[test]
fn clients_may_quote_order_and_space_as_they_like() {
    let right = right();
    let mut parts: Vec<&str> = right["Digest ".len()..].split(", ").collect();
    parts.reverse();
    for header in [
        right.replace("qop=auth", r#"qop="auth""#),
        right.replace("nc=00000001", r#"nc="00000001""#),
        right.replace(r#"username="gswvkocq""#, "username=gswvkocq"),
        right
            .replace(r#"nonce="NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv""#, "nonce=NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv"),
        right.replace(r#"algorithm="MD5""#, "algorithm=MD5"),
        right.replace(r#", algorithm="MD5""#, ""),
        right.replace(", ", ","),
        right.replace(", ", " ,\t , "),
        right.replace("nc=", "NC = "),
        right.replace("username", "UserName"),
        right.replace("Digest ", "DIGEST  "),
        format!("  Digest ,{},", parts.join(",")),
        format!(r#"{right}, opaque="a, b=\"c\"", userhash=false, x-y_z=1"#),
        right.replace("gswvkocq", r"g\swvkoc\q"),
    ] {
        assert!(proves(&header), "{header}");
    }
}

#[test]
fn upper_case_digits_of_a_response_are_the_same_response() {
    let right = right();
    let at = right.find("response=\"").expect("it is there") + "response=\"".len();
    let digits = &right[at..at + 32];
    assert!(proves(&right.replace(digits, &digits.to_uppercase())));
}

#[test]
fn an_absolute_uri_with_the_same_path_and_query_is_the_same_target() {
    let with = |uri: &str| header(uri, "n", "00000001", "c");
    for uri in [format!("http://localhost:8080{TARGET}"), format!("HTTPS://example.org{TARGET}")] {
        assert!(proves(&with(&uri)), "{uri}");
    }
    for uri in [
        "/",
        "",
        "http://localhost:8080/",
        "http://localhost:8080",
        &format!("ftp://localhost{TARGET}"),
        &format!("http://localhost/x{TARGET}"),
        &format!("{TARGET}&"),
        &TARGET[..TARGET.len() - 1],
    ] {
        assert!(!proves(&with(uri)), "{uri}");
    }
    let root = with("http://localhost:8080");
    assert!(Answer::parse(root.as_bytes()).expect("an answer").proves(&ha1(), "GET", "/"));
}

#[test]
fn a_target_with_bytes_of_its_own_is_hashed_as_sent() {
    for uri in ["/a%2Fb?x=%22,%20", "/groups/a,b=c?d", "/gr\u{fc}n", "/back\\slash"] {
        let header = header(uri, "n", "00000001", "c");
        let answer = Answer::parse(header.as_bytes()).expect("an answer");
        assert!(answer.proves(&ha1(), "GET", uri), "{uri}");
    }
}

#[test]
fn what_is_no_answer_is_refused_with_its_reason() {
    let right = right();
    let reason = |header: &str| Answer::parse(header.as_bytes()).expect_err("no answer");
    assert_eq!(reason(""), Malformed::Scheme);
    assert_eq!(reason("Digest"), Malformed::Scheme);
    assert_eq!(reason("Digestive x=y"), Malformed::Scheme);
    assert_eq!(reason("Basic Z3N3dmtvY3E6"), Malformed::Scheme);
    assert_eq!(reason("Digest username"), Malformed::Syntax);
    assert_eq!(reason("Digest =x"), Malformed::Syntax);
    assert_eq!(reason("Digest user name=x"), Malformed::Syntax);
    assert_eq!(reason(r#"Digest username="x"#), Malformed::Syntax);
    assert_eq!(reason(r#"Digest username="x\"#), Malformed::Syntax);
    assert_eq!(reason(r#"Digest username="x" realm="y""#), Malformed::Syntax);
    assert_eq!(reason("Digest "), Malformed::Missing("username"));
    for name in ["username", "realm", "nonce", "uri", "response", "qop", "cnonce", "nc"] {
        let parts = right["Digest ".len()..].split(", ");
        let rest: Vec<&str> = parts.filter(|part| !part.starts_with(&format!("{name}="))).collect();
        assert_eq!(reason(&format!("Digest {}", rest.join(", "))), Malformed::Missing(name));
        assert_eq!(reason(&format!("{right}, {name}=x")), Malformed::Repeated(name));
    }
    for qop in ["auth-int", "\"auth-int\"", "\"auth,auth-int\"", "\"\"", "none"] {
        assert_eq!(reason(&right.replace("qop=auth", &format!("qop={qop}"))), Malformed::Invalid("qop"));
    }
    assert_eq!(reason(&right.replace("nc=00000001", "nc=1")), Malformed::Invalid("nc"));
    assert_eq!(reason(&right.replace("nc=00000001", "nc=00000000")), Malformed::Invalid("nc"));
    assert_eq!(reason(&right.replace("nc=00000001", "nc=0000000g")), Malformed::Invalid("nc"));
    assert_eq!(reason(&right.replace("nc=00000001", "nc=000000001")), Malformed::Invalid("nc"));
    let longest = format!("{right}, x={}", "y".repeat(MAX_AUTHORIZATION_BYTES - right.len() - 4));
    assert!(proves(&longest));
    assert_eq!(reason(&format!("{longest}y")), Malformed::TooLong);
    let mut foreign = right.clone().into_bytes();
    let at = right.find("gswvkocq").expect("it is there");
    foreign[at] = 0xff;
    assert_eq!(Answer::parse(&foreign), Err(Malformed::Invalid("username")));
}

/// A value as a quoted string.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', r"\\").replace('"', r#"\""#))
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Answer::parse(&bytes);
        let _ = Answer::parse(&[b"Digest ".as_slice(), &bytes].concat());
    }

    #[test]
    fn nothing_like_a_header_makes_the_parser_panic(
        parts in proptest::collection::vec("(username|nc|uri|qop|[a-z]{0,3})[ =\",\\\\]{0,3}[a-z0-9\"\\\\, ]{0,9}", 0..12),
        separator in "[, ]{0,2}",
    ) {
        let _ = Answer::parse(format!("Digest {}", parts.join(&separator)).as_bytes());
    }

    #[test]
    fn whatever_was_quoted_is_read_as_it_was_meant(
        username in "[^\u{0}-\u{1f}]{0,20}",
        realm in "[ -~]{0,20}",
        nonce in "[ -~]{0,40}",
        cnonce in "[ -~]{0,20}",
        uri in "/[!#-\\[\\]-~]{0,40}",
        count in 1u32..,
        response in any::<[u8; 16]>(),
        rotate in 0usize..8,
    ) {
        let mut parts = [
            format!("username={}", quoted(&username)),
            format!("realm={}", quoted(&realm)),
            format!("nonce={}", quoted(&nonce)),
            format!("uri=\"{uri}\""),
            format!("cnonce={}", quoted(&cnonce)),
            format!("nc={count:08x}"),
            format!("response={}", hex::text(&response)),
            "qop=auth".to_owned(),
        ];
        parts.rotate_left(rotate);
        let header = format!("Digest {}", parts.join(", "));
        let answer = Answer::parse(header.as_bytes()).expect("an answer");
        prop_assert_eq!(answer.public_key(), username);
        prop_assert_eq!(&*answer.realm, realm.as_bytes());
        prop_assert_eq!(answer.nonce(), nonce.as_bytes());
        prop_assert_eq!(&*answer.cnonce, cnonce.as_bytes());
        prop_assert_eq!(answer.uri, uri.as_bytes());
        prop_assert_eq!(answer.count(), count);
        prop_assert_eq!(answer.response, response);
    }
}
