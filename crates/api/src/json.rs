//! How JSON is written: compact, or, with `pretty=true`, in the style of the service: two spaces,
//! ` : ` after a key, arrays as `[ a, b ]` with objects starting on the bracket's line.

use serde::Serialize;
use serde_json::Value;

/// Compact.
pub fn compact<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("wire types have string keys and finite numbers")
}

/// Pretty.
pub fn pretty(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.into_bytes()
}

fn write(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) if map.is_empty() => out.push_str("{ }"),
        Value::Object(map) => {
            out.push('{');
            for (nth, (key, value)) in map.iter().enumerate() {
                if nth > 0 {
                    out.push(',');
                }
                out.push('\n');
                out.push_str(&"  ".repeat(depth + 1));
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push_str(" : ");
                write(value, depth + 1, out);
            }
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
            out.push('}');
        }
        Value::Array(items) if items.is_empty() => out.push_str("[ ]"),
        Value::Array(items) => {
            out.push_str("[ ");
            for (nth, item) in items.iter().enumerate() {
                if nth > 0 {
                    out.push_str(", ");
                }
                write(item, depth, out);
            }
            out.push_str(" ]");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pretty_json_is_in_the_style_of_the_service() {
        let value =
            serde_json::json!({"links":[{"href":"h","rel":"self"}],"results":[],"totalCount":0,"x":{}});
        let text = String::from_utf8(pretty(&value)).expect("UTF-8");
        let expected = "{\n  \"links\" : [ {\n    \"href\" : \"h\",\n    \"rel\" : \"self\"\n  } ],\n  \"results\" : [ ],\n  \"totalCount\" : 0,\n  \"x\" : { }\n}";
        assert_eq!(text, expected);
    }
}
