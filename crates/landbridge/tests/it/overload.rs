//! More than a server can carry, from clients that are slow, silent, gone or too many: everybody
//! else is served, every answer is a clean one, memory stays within bounds, and after it all is as
//! it was. `bench` measures the same with the release build; here nothing is timed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use api::Method;
use serde_json::json;

use crate::bed::{Server, client, folder, value};

/// Connections of each slow kind. All of them and the writers stay below the 1024 descriptors that
/// a process has by default.
const EACH: usize = 180;
/// Callers at once: many times what a machine has cores.
const WRITERS: usize = 96;
/// Calls of each.
const CALLS: u32 = 12;
/// Far more than it takes, far less than it would be if every connection could keep what it likes.
const MEMORY_MAX_MIB: u64 = 400;

fn memory_mib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("these tests need /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

fn entries(folder: &Path) -> String {
    format!(
        "/api/atlas/v1.0/groups/{}/accessList",
        value(folder, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID")
    )
}

/// Where it listens.
fn address(server: &Server) -> String {
    let at = server.greeting().split("http://").nth(1).expect("a base URL");
    at.split(['/', ' ', '\n']).next().expect("an address").to_owned()
}

fn connect(address: &str, said: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    stream.write_all(said.as_bytes()).expect("it takes a little");
    stream
}

#[test]
fn slow_silent_and_departed_clients_hold_up_nobody_and_a_flood_is_answered_cleanly() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &["--log-level", "error"]);
    let (address, path) = (address(&server), entries(folder.path()));
    let mut regular = client(folder.path(), "bootstrap.env");
    let mut add = |nth: usize| {
        let entry = json!([{ "ipAddress": format!("192.0.2.{nth}") }]);
        regular.call(Method::Post, &path, Some(&entry)).expect("an answer").status
    };
    assert_eq!(add(0), 201);

    let whole = format!("GET /api/atlas/v2 HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut slow = Vec::new();
    for _ in 0..EACH {
        slow.push(connect(&address, ""));
        slow.push(connect(&address, "POST /api/atlas/v2/groups HTTP/1.1\r\nHo"));
        // Asks again and again, and never reads what comes.
        slow.push(connect(&address, &whole.repeat(64)));
        let departed =
            connect(&address, "POST /api/atlas/v2/groups HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
        departed.shutdown(Shutdown::Write).expect("its half can be closed");
        slow.push(departed);
    }
    for nth in 1..20 {
        assert_eq!(add(nth), 201, "a regular caller is served all the while");
    }
    let memory = memory_mib(server.pid());
    assert!(memory < MEMORY_MAX_MIB, "{memory} MiB with {} slow clients", slow.len());
    drop(slow);

    // Everybody writes as fast as answers come.
    let (written, full, busy) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (folder, path) = (folder.path(), &path);
            let (written, full, busy) = (&written, &full, &busy);
            scope.spawn(move || {
                let mut caller = client(folder, "bootstrap.env");
                for nth in 0..CALLS {
                    let entry = json!([{ "ipAddress": format!("198.51.{writer}.{nth}") }]);
                    let answer = caller.call(Method::Post, path, Some(&entry)).expect("an answer");
                    let count = match answer.status {
                        201 => written,
                        // The list has its limit.
                        403 => full,
                        429 | 503 => busy,
                        other => panic!("{other}: {}", answer.body),
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let (written, full, busy) = (written.into_inner(), full.into_inner(), busy.into_inner());
    assert_eq!(written + full + busy, CALLS * u32::try_from(WRITERS).expect("few"), "each has its answer");
    assert!(written > 0);
    let memory = memory_mib(server.pid());
    assert!(memory < MEMORY_MAX_MIB, "{memory} MiB after a flood");

    // After it: what was answered is there, and a new connection is served.
    let mut after = client(folder.path(), "bootstrap.env");
    let listed = after.call(Method::Get, &format!("{path}?itemsPerPage=1"), None).expect("an answer");
    assert_eq!(listed.body["totalCount"], 20 + written, "{written} written, {full} full, {busy} busy");
    let mut stream = connect(&address, &whole.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    server.stop();
}
