//! The little XML there is: escaping what is written, finding what is read.

/// The text of every element of this name, in order.
pub fn texts<'a>(xml: &'a str, element: &str) -> impl Iterator<Item = String> + 'a {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let begin = rest.find(&open)? + open.len();
        let length = rest[begin..].find(&close)?;
        let text = &rest[begin..begin + length];
        rest = &rest[begin + length + close.len()..];
        Some(unescape(text))
    })
}

pub fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            c => into.push(c),
        }
    }
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_is_read_again() {
        let mut xml = String::from("<Key>");
        escape("a<&>\"é", &mut xml);
        xml.push_str("</Key><Key>b</Key>");

        let keys: Vec<String> = texts(&xml, "Key").collect();

        assert_eq!(keys, ["a<&>\"é", "b"]);
    }
}
