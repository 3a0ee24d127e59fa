//! What must be true of every statement, whatever the engine.

use std::path::Path;

use super::MODULES;

/// The numbers of a statement's values, in the order of their first appearance.
fn numbers(text: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    for after in text.split('$').skip(1) {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse().expect("a dollar sign stands before a number");
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

#[test]
fn values_are_numbered_in_the_order_of_their_first_appearance() {
    for sql in MODULES.concat() {
        let numbers = numbers(sql.text);
        assert!(numbers.iter().copied().eq(1..=numbers.len()), "{}", sql.text);
    }
}

#[test]
fn the_walk_of_all_statements_leaves_out_no_module() {
    fn declarations(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).expect("the sources are here");
        entries
            .map(|entry| entry.expect("readable").path())
            .map(|path| match path.is_dir() {
                true => declarations(&path),
                false => {
                    let text = std::fs::read_to_string(&path).expect("sources are text");
                    text.lines().filter(|line| *line == "statements! {").count()
                }
            })
            .sum()
    }
    let declared = declarations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert_eq!(declared, MODULES.len());
}
