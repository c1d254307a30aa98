//! What browsers get beside pages: the style sheet and the script. Their addresses change with their
//! content, so that a browser may keep them for ever.

/// One file for browsers.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served.
    pub path: &'static str,
    /// Its media type.
    pub kind: &'static str,
    pub bytes: &'static [u8],
    /// Names the content: another content has another one.
    pub tag: u64,
}

/// The style sheet of all pages.
pub static STYLE: Asset = Asset {
    path: "/assets/style.css",
    kind: "text/css; charset=utf-8",
    bytes: crate::STYLE.as_bytes(),
    tag: tag(crate::STYLE.as_bytes()),
};

/// The script of all pages, built of `web/`. Everything works without it.
pub static SCRIPT: Asset = Asset {
    path: "/assets/app.js",
    kind: "text/javascript; charset=utf-8",
    bytes: include_bytes!("../assets/app.js"),
    tag: tag(include_bytes!("../assets/app.js")),
};

/// All of them.
pub static ASSETS: &[&Asset] = &[&STYLE, &SCRIPT];

impl Asset {
    /// The address that pages name.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}?v={:016x}", self.path, self.tag)
    }
}

/// The asset that is served under a path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().copied().find(|asset| asset.path == path)
}

/// FNV-1a with 64 bits. It tells contents of ours apart and guards nothing.
pub(crate) const fn tag(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_address() {
        // The figures of the algorithm's authors for these texts.
        for (text, expect) in [("", 0xcbf2_9ce4_8422_2325), ("foobar", 0x8594_4171_f739_67e8)] {
            assert_eq!(tag(text.as_bytes()), expect, "{text}");
        }
        assert_ne!(STYLE.tag, SCRIPT.tag);
        assert!(find("/assets/app.js").is_some() && find("/assets/none.js").is_none());
    }
}
