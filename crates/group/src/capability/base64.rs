//! `base64`: bytes as text that survives mails, addresses and JSON. It encrypts nothing.

use super::args::{Answer, Args, error};
use super::bounds;
use super::{Call, Capability, Needs};
use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::Value;
use model::gas::Price;
use sandbox::Refusal;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "base64.encode",
        signature: "fun(bytes: string, options?: {url?: boolean}): string",
        doc: "Writes bytes in Base64. With `url` it uses the letters that need no escaping in addresses, and no `=` at the end.",
        example: r#"
assert(base64.encode("hi?>") == "aGk/Pg==")
assert(base64.encode("hi?>", { url = true }) == "aGk_Pg")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| encode(args)),
    },
    Capability {
        name: "base64.decode",
        signature: "fun(text: string, options?: {url?: boolean}): string",
        doc: "Reads Base64, with or without `=` at the end; line breaks and blanks do not matter.",
        example: r#"
assert(base64.decode("aGVs\nbG8=") == "hello")
assert(not pcall(base64.decode, "what?"))"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| decode(args)),
    },
    Capability {
        name: "base64.hex",
        signature: "fun(bytes: string): string",
        doc: "Writes bytes in hexadecimal, two small letters or digits each.",
        example: r#"
assert(base64.hex("\0\255") == "00ff")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| hex(args)),
    },
    Capability {
        name: "base64.unhex",
        signature: "fun(text: string): string",
        doc: "Reads bytes written in hexadecimal.",
        example: r#"
assert(base64.unhex("68 69") == "hi")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| unhex(args)),
    },
];

const DIGITS: &[u8; 16] = b"0123456789abcdef";

const PRICE: Price = Price { call: 300, byte_in: 4, byte_out: 1 };

fn encode(args: &mut Args) -> Answer {
    let bytes = args.bytes(0, "bytes")?;
    bounds::fits("base64.encode", bytes.len())?;
    Ok(engine(args)?.encode(bytes).into())
}

fn decode(args: &mut Args) -> Answer {
    let text = compact("base64.decode", args)?;
    let bytes = engine(args)?.decode(text).map_err(|err| error(format!("base64.decode: {err}")))?;
    Ok(bytes.into())
}

fn engine(args: &mut Args) -> Result<GeneralPurpose, Refusal> {
    let url = args.opt_map(1, "options")?.get("url").is_some_and(Value::truthy);
    let alphabet: &Alphabet = if url { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(!url)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    Ok(GeneralPurpose::new(alphabet, config))
}

fn hex(args: &mut Args) -> Answer {
    let bytes = args.bytes(0, "bytes")?;
    bounds::fits("base64.hex", bytes.len())?;
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
    Ok(bytes.iter().flat_map(digits).collect::<Vec<u8>>().into())
}

fn unhex(args: &mut Args) -> Answer {
    let text = compact("base64.unhex", args)?;
    let bytes: Option<Vec<u8>> = text
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect();
    bytes.map(Value::from).ok_or_else(|| {
        error("base64.unhex: hexadecimal is pairs of the digits 0 to 9 and the letters a to f")
    })
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The first argument without blanks and line breaks.
fn compact(name: &str, args: &mut Args) -> Result<Vec<u8>, Refusal> {
    let mut text = args.bytes(0, "text")?;
    bounds::fits(name, text.len())?;
    text.retain(|byte| !byte.is_ascii_whitespace());
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    #[test]
    fn there_and_back() {
        let url = || Value::map([("url", true.into())]);
        for (bytes, plain, safe, hexed) in [
            (&b""[..], "", "", ""),
            (b"f", "Zg==", "Zg", "66"),
            (b"fo", "Zm8=", "Zm8", "666f"),
            (b"foo", "Zm9v", "Zm9v", "666f6f"),
            (b"\xfb\xff\x00", "+/8A", "-_8A", "fbff00"),
        ] {
            let it = || Value::Str(bytes.to_vec());
            assert_eq!(ask("", encode, [it()]), Ok(plain.into()));
            assert_eq!(ask("", encode, [it(), url()]), Ok(safe.into()));
            assert_eq!(ask("", hex, [it()]), Ok(hexed.into()));
            assert_eq!(ask("", decode, [plain.into()]), Ok(it()));
            assert_eq!(ask("", decode, [plain.trim_end_matches('=').into()]), Ok(it()));
            assert_eq!(ask("", decode, [safe.into(), url()]), Ok(it()));
            assert_eq!(ask("", unhex, [hexed.into()]), Ok(it()));
            assert_eq!(ask("", unhex, [hexed.to_uppercase().into()]), Ok(it()));
        }
        assert_eq!(ask("", decode, [" Zm9v\r\n Zm8= \n".into()]), Ok("foofo".into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let long = || Value::Str(vec![b'0'; bounds::BYTES_MAX + 1]);
        for (answer, expect) in [
            (ask("base64.encode", encode, []), "argument 1 (bytes) should be a string, got nil"),
            (ask("base64.encode", encode, ["x".into(), "url".into()]), "argument 2 (options)"),
            (ask("base64.decode", decode, ["Zg=x".into()]), "base64.decode: Invalid"),
            (ask("base64.decode", decode, ["Zm9v-_".into()]), "base64.decode: Invalid"),
            (ask("base64.decode", decode, ["Z".into()]), "base64.decode: Invalid"),
            (ask("base64.unhex", unhex, ["abc".into()]), "pairs of the digits"),
            (ask("base64.unhex", unhex, ["gg".into()]), "pairs of the digits"),
            (ask("base64.unhex", unhex, ["+1".into()]), "pairs of the digits"),
            (ask("base64.encode", encode, [long()]), "longer than 5 MiB"),
            (ask("base64.decode", decode, [long()]), "longer than 5 MiB"),
            (ask("base64.hex", hex, [long()]), "longer than 5 MiB"),
            (ask("base64.unhex", unhex, [long()]), "longer than 5 MiB"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&encode, &decode, &hex, &unhex]);
    }
}
