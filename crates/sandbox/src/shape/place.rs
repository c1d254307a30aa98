//! Says where in a component something was found, in the words of the person's own tools: the number
//! of the module, the index of the function, its name if the module tells names, and the byte.

use std::ops::Range;
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Characters of a name that are shown: names of C++ have thousands.
pub(super) const NAME_CHARS: usize = 80;
/// Characters of a sentence of the validator: it quotes names.
pub(super) const SENTENCE_CHARS: usize = 200;

/// A text of the component as part of a sentence: short, and without characters that could do
/// something to a terminal or a page.
pub(super) fn shown(text: &str, chars: usize) -> String {
    let plain = |c: char| if c.is_control() || is_directional(c) { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(chars).map(plain).collect();
    if text.chars().nth(chars).is_some() {
        short.push('…');
    }
    short
}

/// Characters that turn the direction of what follows, and so make a text look like another.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A function of a module, by its index and, if the module has names, its name.
pub(super) fn function(
    wasm: &[u8],
    module: &Range<u64>,
    number: u64,
    index: u64,
    at: u64,
) -> String {
    let name = name_of(wasm, module, index).map(|name| format!(" ({})", shown(&name, NAME_CHARS)));
    format!("Function {index}{} of module {number}, at byte {at},", name.unwrap_or_default())
}

/// Looks through the rest of a module for the names of its functions. What cannot be read has none.
fn name_of(wasm: &[u8], module: &Range<u64>, index: u64) -> Option<String> {
    let range = usize::try_from(module.start).ok()?..usize::try_from(module.end).ok()?;
    let bytes = wasm.get(range)?;
    for payload in Parser::new(module.start).parse_all(bytes) {
        let Payload::CustomSection(section) = payload.ok()? else { continue };
        let KnownCustom::Name(names) = section.as_known() else { continue };
        for name in names {
            let Name::Function(map) = name.ok()? else { continue };
            let mut namings = map.into_iter().map_while(Result::ok);
            return namings
                .find(|naming| u64::from(naming.index) == index)
                .map(|naming| naming.name.to_owned());
        }
    }
    None
}
