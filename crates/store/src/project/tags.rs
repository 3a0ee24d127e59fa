//! A project's labels in one column: keys and values in turn, each as its length in bytes, a
//! colon, and itself, so that no text needs escaping.

use model::project::Tag;

/// Labels as they are kept.
pub(super) fn text(tags: &[Tag]) -> String {
    let mut kept = String::new();
    for part in tags.iter().flat_map(|tag| [&tag.key, &tag.value]) {
        kept.push_str(&part.len().to_string());
        kept.push(':');
        kept.push_str(part);
    }
    kept
}

/// Labels from a row; `None` if the text makes no sense.
pub(super) fn parse(text: &str) -> Option<Vec<Tag>> {
    let mut tags = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = part(rest)?;
        let (value, after) = part(after)?;
        tags.push(Tag { key, value });
        rest = after;
    }
    Some(tags)
}

fn part(text: &str) -> Option<(String, &str)> {
    let (length, rest) = text.split_once(':')?;
    let (part, rest) = rest.split_at_checked(length.parse().ok()?)?;
    Some((part.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_survive_whatever_they_are_made_of(parts in proptest::collection::vec((".*", ".*"), 0..5)) {
            let tags: Vec<Tag> = parts.into_iter().map(|(key, value)| Tag { key, value }).collect();
            prop_assert_eq!(parse(&text(&tags)), Some(tags));
        }
    }

    #[test]
    fn broken_text_is_no_labels() {
        for text in ["x", "1:", "1:a", "9:a1:b", "1:a1", "-1:a1:b"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
