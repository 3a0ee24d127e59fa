//! Words for a shell.

use std::path::Path;

/// A text as a shell takes it for one word.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A path as a shell takes it for one word.
pub fn path_quoted(path: &Path) -> String {
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_one_word_for_a_shell() {
        for plain in ["/var/lib/landbridge", "http://127.0.0.1:8080/", "mdb_sa_sk_a-B"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(path_quoted(Path::new("/my data/it's")), r"'/my data/it'\''s'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$(id)\n`x`"), "'$(id)\n`x`'");
    }
}
