//! Measures the built program from outside, over its own socket, and prints a Markdown table.
//!
//! `bench/run.sh` builds and starts it; `docs/performance.md` says what is measured and why. It
//! imports nothing of the program, so that it can measure any build of it.

mod bare;
mod client;
mod clock;
mod digest;
mod http;
mod measures;
mod raw;
mod raw_postgres;
mod raw_rows;
mod server;
mod table;

use std::io;
use std::path::{Path, PathBuf};

use measures::{flow, memory, nodes, reads, scale, start, writes};
use table::{Bench, Size};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [bare, answer] if bare == "bare" => bare::serve(Path::new(answer)).await,
        [program, rest @ ..] => measure(program, rest).await,
        [] => {
            Err(io::Error::other("usage: bench LANDBRIDGE [--quick|--smoke] [MEASURE...]; see bench/run.sh"))
        }
    }
}

async fn measure(program: &str, rest: &[String]) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let said = |flag| rest.iter().any(|word| word == flag);
    let bench = Bench {
        program: PathBuf::from(program),
        folder: folder.path().to_owned(),
        size: match () {
            () if said("--smoke") => Size::Smoke,
            () if said("--quick") => Size::Quick,
            () => Size::Full,
        },
    };
    let chosen: Vec<&str> = rest.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.contains(&name);
    table::heading()?;
    if wanted("reads") {
        reads::measure(&bench).await?;
    }
    if wanted("writes") {
        writes::measure(&bench).await?;
    }
    if wanted("scale") {
        scale::measure(&bench).await?;
    }
    if wanted("flow") {
        flow::measure(&bench).await?;
    }
    if wanted("start") {
        start::measure(&bench).await?;
    }
    if wanted("memory") {
        memory::measure(&bench).await?;
    }
    if wanted("nodes") {
        nodes::measure(&bench).await?;
    }
    Ok(())
}
