//! What goes to standard output: the data that was asked for, and nothing else.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::cli::Form;
use crate::failure::Failure;

/// Prints a text as it is. A reader that has gone away is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("could not write to standard output").because(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints what a server answered.
pub fn show(answer: &Value, form: Form) -> Result<(), Failure> {
    match form {
        Form::Json => print(&format!("{answer:#}\n")),
        Form::Table => print(&table(answer)),
    }
}

/// Prints a value for programs, or a text for people.
pub fn either(
    form: Form,
    value: impl FnOnce() -> Value,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    match form {
        Form::Json => print(&format!("{:#}\n", value())),
        Form::Table => print(&text()),
    }
}

/// Rows under a head, each column as wide as it must be.
pub fn rows<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let cells = || std::iter::once(head).chain(rows.iter().map(|row| row.each_ref().map(String::as_str)));
    let widths: [usize; N] =
        std::array::from_fn(|i| cells().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in cells() {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{:1$}", "", width - cell.chars().count()))
            .collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// An object as lines, one for each of its fields; more for a list of objects.
fn table(answer: &Value) -> String {
    let Value::Object(fields) = answer else {
        return format!("{}\n", inline(answer));
    };
    let width = fields.keys().map(String::len).max().unwrap_or(0);
    let mut lines = String::new();
    for (name, value) in fields {
        let values = match value {
            Value::Array(items) if items.iter().any(Value::is_object) => items.iter().map(inline).collect(),
            _ => vec![inline(value)],
        };
        for (nth, value) in values.iter().enumerate() {
            let name = if nth == 0 { name } else { "" };
            lines.push_str(format!("{name:<width$}  {value}").trim_end());
            lines.push('\n');
        }
    }
    lines
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(inline).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let pairs: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name}={}", inline(value))).collect();
            pairs.join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let two = [
            ["a".to_owned(), "bé".to_owned(), "c".to_owned()],
            ["long".to_owned(), String::new(), "d".to_owned()],
        ];
        assert_eq!(rows(["ID", "B", "C"], &two), "ID    B   C\na     bé  c\nlong      d\n");
        assert_eq!(rows(["ID", "NAME"], &[]), "ID  NAME\n");
    }

    #[test]
    fn an_object_is_a_line_for_each_field() {
        let answer = json!({
            "allowedActions": ["accept", "reject"], "network": { "vpcId": "vpc-1", "region": "us-east-1" },
            "faults": [{ "on": "a", "times": 1 }, { "on": "b", "times": 2 }], "none": [], "latency": "swift",
        });
        assert_eq!(
            table(&answer),
            "allowedActions  accept, reject\n\
             network         vpcId=vpc-1 region=us-east-1\n\
             faults          on=a times=1\n                on=b times=2\n\
             none            -\n\
             latency         swift\n"
        );
    }
}
