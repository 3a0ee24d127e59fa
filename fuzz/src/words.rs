//! A dictionary for the fuzzer, out of the tables that the program itself reads.

use std::collections::BTreeSet;
use std::io::Write;

use api::schema::{Field, Kind};

fn fields(all: &[Field], words: &mut BTreeSet<String>) {
    for field in all {
        words.insert(format!("\"{}\":", field.name));
        kind(&field.kind, words);
    }
}

fn kind(kind: &Kind, words: &mut BTreeSet<String>) {
    match kind {
        Kind::OneOf(names) => words.extend(names.iter().map(|name| format!("\"{name}\""))),
        Kind::Object(inner) => fields(inner, words),
        Kind::List { item, .. } => self::kind(item, words),
        Kind::Text { .. } | Kind::Later(_) | Kind::Bool | Kind::Int { .. } | Kind::LaterInt { .. } => {}
    }
}

/// Writes it, one quoted word a line.
///
/// # Errors
///
/// Those of the writer.
pub fn write(out: &mut impl Write) -> std::io::Result<()> {
    let mut words = BTreeSet::new();
    for operation in api::operations() {
        for (root, path) in operation.places {
            words.insert(format!("{}{path}", root.prefix()));
            words.extend(path.split('/').filter(|part| !part.is_empty()).map(str::to_owned));
        }
        words.extend(operation.versions.iter().map(|version| api::media_type::versioned(*version)));
        words.insert(operation.method.name().to_owned());
    }
    for table in crate::body::TABLES {
        fields(table, &mut words);
    }
    let more = "Digest Bearer Basic username= realm= nonce= uri= response= qop=auth cnonce= nc=00000001 \
        envelope=true pretty=true pageNum= itemsPerPage= includeCount=false grant_type=client_credentials \
        token= application/json application/x-www-form-urlencoded 10.0.0.0/8 192.168.248.0/21 sg- vpc- PT168H P7D \
        2026-08-10T03:05:48Z +02:00 null true false listen data database latency sqlite: instant";
    words.extend(more.split_whitespace().map(str::to_owned));
    for word in words {
        let escaped: String = word
            .bytes()
            .map(|byte| match byte {
                b'"' | b'\\' => format!("\\{}", byte as char),
                b' '..=b'~' => (byte as char).to_string(),
                _ => format!("\\x{byte:02x}"),
            })
            .collect();
        writeln!(out, "\"{escaped}\"")?;
    }
    Ok(())
}
