//! The sender against a server that answers by a script.

use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
const BUSY: &str = "HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbusy";
const BUSY_FOR_LONG: &str =
    "HTTP/1.1 429 Busy\r\nconnection: close\r\nretry-after: 30\r\ncontent-length: 4\r\n\r\nbusy";
/// The connection ends without an answer.
const HANG_UP: &str = "";
/// The connection stays, without an answer.
const SILENCE: &str = "silence";

const QUICK: Budget = Budget {
    connect: Duration::from_secs(2),
    each: Duration::from_millis(500),
    whole: Duration::from_secs(5),
    tries: 3,
    pause: Duration::from_millis(2),
    pause_max: Duration::from_millis(5),
    throttled: Duration::from_secs(10),
    body: 100,
};

/// Asks a server that gives these answers; tells the result, and what each request said.
async fn ask(
    script: &[&str],
    judge: impl Fn(&Answer) -> Verdict + Send,
) -> (Result<Answer, DriverError>, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let heard = Mutex::new(Vec::new());
    let sender = Sender::with_budget(QUICK).expect("a client");
    let mut nth = 0;
    let asking = sender.send(
        || {
            nth += 1;
            let uri = format!("http://{address}/{nth}");
            async move { Ok(http::Request::post(uri).body(b"body".to_vec()).expect("a request")) }
        },
        judge,
    );
    let serving = async {
        let mut open = Vec::new();
        for answer in script.iter().copied().chain(std::iter::repeat(HANG_UP)) {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut read = [0; 1024];
            let mut said = String::new();
            while !said.ends_with("body") {
                let n_read = socket.read(&mut read).await.expect("a request");
                said.push_str(std::str::from_utf8(&read[..n_read]).expect("text"));
            }
            heard.lock().expect("nobody panicked").push(said);
            match answer {
                SILENCE => open.push(socket),
                answer => socket.write_all(answer.as_bytes()).await.expect("written"),
            }
        }
    };
    let result = tokio::select! {
        result = asking => result,
        () = serving => unreachable!("the server goes on"),
    };
    let heard = heard.into_inner().expect("nobody panicked");
    (result, heard)
}

fn by_status(answer: &Answer) -> Verdict {
    match answer.status.as_u16() {
        429 | 503 => Verdict::Retry { after: None },
        500..=599 => Verdict::Failed(format!("it says {}", answer.text())),
        _ => Verdict::Done,
    }
}

#[tokio::test]
async fn an_answer_that_is_taken_is_asked_for_once() {
    let (answer, heard) = ask(&[OK], by_status).await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status, &*answer.text()), (StatusCode::OK, "ok"));
    assert_eq!(heard.len(), 1);
    assert!(heard[0].contains("user-agent: landbridge/"), "{}", heard[0]);
}

#[tokio::test]
async fn a_short_throttle_is_ridden_out_and_each_try_is_a_new_request() {
    let (answer, heard) = ask(&[BUSY, BUSY, OK], by_status).await;
    assert_eq!(answer.expect("an answer").status, StatusCode::OK);
    let lines: Vec<_> = heard.iter().filter_map(|said| said.lines().next()).collect();
    assert_eq!(lines, ["POST /1 HTTP/1.1", "POST /2 HTTP/1.1", "POST /3 HTTP/1.1"]);
}

#[tokio::test]
async fn a_throttle_that_outlives_the_tries_is_told_with_a_pause() {
    let (answer, heard) = ask(&[BUSY, BUSY, BUSY, OK], by_status).await;
    let Err(DriverError::Throttled(pause)) = answer else { panic!("throttled, not {answer:?}") };
    assert!((Duration::from_secs(10)..=Duration::from_secs(20)).contains(&pause), "{pause:?}");
    assert_eq!(heard.len(), 3);
}

#[tokio::test]
async fn a_pause_that_the_cloud_asks_for_and_nobody_has_time_for_is_handed_on() {
    let (answer, heard) = ask(&[BUSY_FOR_LONG, OK], by_status).await;
    assert_eq!(answer.expect_err("throttled"), DriverError::Throttled(Duration::from_secs(30)));
    assert_eq!(heard.len(), 1);
    let minute = |_: &Answer| Verdict::Retry { after: Some(Duration::from_secs(60)) };
    let (answer, _) = ask(&[BUSY_FOR_LONG], minute).await;
    assert_eq!(answer.expect_err("throttled"), DriverError::Throttled(Duration::from_secs(60)));
}

#[tokio::test]
async fn a_failure_that_goes_on_is_told_in_the_clouds_words() {
    let broken = "HTTP/1.1 500 Oh\r\nconnection: close\r\ncontent-length: 4\r\n\r\nouch";
    let (answer, heard) = ask(&[broken, broken, broken, OK], by_status).await;
    assert_eq!(answer.expect_err("failed"), DriverError::Transient("it says ouch".into()));
    assert_eq!(heard.len(), 3);
}

#[tokio::test]
async fn a_lost_answer_is_not_asked_for_again() {
    for script in [HANG_UP, SILENCE] {
        let (answer, heard) = ask(&[script, OK], by_status).await;
        assert!(matches!(answer, Err(DriverError::Transient(_))), "{answer:?}");
        assert_eq!(heard.len(), 1);
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n{}", "x".repeat(4000));
    let (answer, _) = ask(&[&long], by_status).await;
    let says = "its answer has more than 100 bytes";
    assert_eq!(answer.expect_err("too long"), DriverError::Transient(says.into()));
}

#[tokio::test]
async fn nobody_listening_is_a_transient_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let sender = Sender::with_budget(QUICK).expect("a client");
    let build = || async move {
        Ok(http::Request::get(format!("http://{address}/")).body(Vec::new()).expect("a request"))
    };
    let answer = sender.send(build, by_status).await;
    assert!(matches!(answer, Err(DriverError::Transient(_))), "{answer:?}");
}

#[tokio::test]
async fn what_can_not_be_built_is_not_sent() {
    let sender = Sender::with_budget(QUICK).expect("a client");
    let build = || async { Err(DriverError::Denied("no credentials".into())) };
    assert_eq!(
        sender.send(build, by_status).await.expect_err("not built"),
        DriverError::Denied("no credentials".into())
    );
}
