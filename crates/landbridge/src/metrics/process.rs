//! What the system says of this process, under the names that all exporters use.

use std::fs;

/// What could be learned.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) resident_bytes: Option<u64>,
    pub(super) open_files: Option<u64>,
    pub(super) max_files: Option<u64>,
}

impl Process {
    /// Asks, where there is somebody to ask.
    pub(super) fn ask() -> Self {
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let files = fs::read_dir("/proc/self/fd").map(|files| files.count() as u64);
        Self {
            cpu_seconds: cpu_seconds(&stat),
            resident_bytes: field(&status, "VmRSS:").map(|kib| kib << 10),
            open_files: files.ok(),
            max_files: field(&limits, "Max open files"),
        }
    }
}

/// The first number behind a name.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// User and system time of `/proc/self/stat`, in which the program's name may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / ticks())
}

/// Ticks of a second.
#[cfg(unix)]
#[expect(clippy::cast_precision_loss, reason = "it is a hundred, or not much more")]
fn ticks() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

#[cfg(not(unix))]
fn ticks() -> f64 {
    100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_words_are_read() {
        assert_eq!(field("VmPeak:\t 9 kB\nVmRSS:\t   1234 kB\n", "VmRSS:"), Some(1234));
        assert_eq!(
            field("Max open files            1024                 4096  files\n", "Max open files"),
            Some(1024)
        );
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 5 0 0 0 150 50 0 0 20 0 4 0 9 1 1";
        assert_eq!(cpu_seconds(stat), Some(200.0 / ticks()));
        assert_eq!(cpu_seconds(""), None);
    }
}
