//! `hash`: digests, and the one that proves who wrote a message. It keeps no key.

use super::args::{Answer, Args};
use super::{Call, Capability, Needs};
use model::gas::Price;
use model::release::hex;
use sha2::{Digest, Sha256, Sha512};

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "hash.sha256",
        signature: "fun(bytes: string): string",
        doc: "The SHA-256 of a string, in hexadecimal. The same bytes always have the same digest, so it tells whether something changed.",
        example: r#"
assert(hash.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| digest::<Sha256>(args)),
    },
    Capability {
        name: "hash.sha512",
        signature: "fun(bytes: string): string",
        doc: "The SHA-512 of a string, in hexadecimal.",
        example: r#"
assert(#hash.sha512("a page") == 128)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| digest::<Sha512>(args)),
    },
    Capability {
        name: "hash.hmac_sha256",
        signature: "fun(key: string, bytes: string): string",
        doc: "The HMAC-SHA256 of a string under a key, in hexadecimal. Webhooks are signed with it.",
        example: r#"
local mac = hash.hmac_sha256("key", "The quick brown fox jumps over the lazy dog")
assert(mac == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| hmac(args)),
    },
];

/// Measured on a machine without SHA instructions.
const PRICE: Price = Price { call: 2_000, byte_in: 4, byte_out: 1 };

/// Bytes of a block of SHA-256.
const BLOCK_BYTES: usize = 64;

fn digest<D: Digest>(args: &mut Args) -> Answer {
    Ok(hex(&D::digest(args.bytes(0, "bytes")?)).into())
}

/// RFC 2104.
fn hmac(args: &mut Args) -> Answer {
    let key = args.bytes(0, "key")?;
    let message = args.bytes(1, "bytes")?;
    let mut block = [0; BLOCK_BYTES];
    let key = if key.len() > BLOCK_BYTES { Sha256::digest(&key).to_vec() } else { key };
    block[..key.len()].copy_from_slice(&key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c));
    Ok(hex(&outer.chain_update(inner.finalize()).finalize()).into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;
    use model::Value;

    #[test]
    fn macs_are_those_of_rfc_4231() {
        let long_key = vec![0xaa; 131];
        for (key, message, mac) in [
            (
                vec![0x0b; 20],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                long_key,
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let answer = ask("hash.hmac_sha256", hmac, [key.into(), message.into()]);
            assert_eq!(answer, Ok(mac.into()));
        }
    }

    #[test]
    fn digests_are_those_of_fips_180() {
        let abc = || vec![Value::from("abc")];
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        assert_eq!(ask("hash.sha256", digest::<Sha256>, abc()), Ok(sha256.into()));
        assert_eq!(ask("hash.sha512", digest::<Sha512>, abc()), Ok(sha512.into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (values, expect) in [
            (vec![], "argument 1 (key) should be a string, got nil"),
            (vec!["key".into()], "argument 2 (bytes) should be a string, got nil"),
            (
                vec!["key".into(), Value::List(vec![])],
                "argument 2 (bytes) should be a string, got table",
            ),
        ] {
            assert!(ask("hash.hmac_sha256", hmac, values).unwrap_err().contains(expect));
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&digest::<Sha256>, &digest::<Sha512>, &hmac]);
    }
}
