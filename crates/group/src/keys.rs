//! The group's secrets: the master key seals what is kept, and signs nothing that leaves.
//! No key is ever part of a message, a log line or a backup in the clear.

use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer, SigningKey};
use model::problem::{Problem, Result};
use model::release::hex;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes of the master key (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha).
pub const MASTER_KEY_BYTES: usize = 32;
/// Bytes of a nonce: long enough to be drawn at random for ever.
const NONCE_BYTES: usize = 24;

/// Seals and opens with the master key, each purpose with a key of its own.
pub struct Keys {
    master: Zeroizing<[u8; MASTER_KEY_BYTES]>,
}

impl Keys {
    /// Takes the master key.
    #[must_use]
    pub fn new(master: [u8; MASTER_KEY_BYTES]) -> Keys {
        Keys { master: Zeroizing::new(master) }
    }

    /// Seals bytes for one purpose and context; only the same purpose and context open them again.
    pub fn seal(
        &self,
        world: &dyn World,
        purpose: &str,
        context: &str,
        plain: &[u8],
    ) -> Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        world.random(&mut nonce);
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let sealed = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Problem::internal(format!("sealing for {purpose}")))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what `seal` made; `None` if it is anything else.
    #[must_use]
    pub fn open(&self, purpose: &str, context: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.cipher(purpose).decrypt(&XNonce::from(nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derived(purpose).into())
    }

    /// The key of one purpose.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut key = Sha256::new();
        key.update(b"allotment key 1\0");
        key.update(self.master.as_slice());
        key.update(purpose.as_bytes());
        key.finalize().into()
    }

    /// A new Ed25519 key for an account: the public key in hexadecimal, and the secret one sealed.
    pub fn new_account_key(&self, world: &dyn World, account: &str) -> Result<(String, String)> {
        let mut secret = Zeroizing::new([0; 32]);
        world.random(secret.as_mut_slice());
        let key = SigningKey::from_bytes(&secret);
        let sealed = self.seal(world, "account-key", account, secret.as_slice())?;
        Ok((hex(key.verifying_key().as_bytes()), sealed))
    }

    /// Signs a text with an account's key; the signature in hexadecimal.
    pub fn sign(&self, account: &str, sealed_key: &str, text: &str) -> Result<String> {
        let secret = self
            .open("account-key", account, sealed_key)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .map(Zeroizing::new)
            .ok_or_else(|| {
                Problem::internal(format!("the key of account {account} does not open"))
            })?;
        Ok(hex(&SigningKey::from_bytes(&secret).sign(text.as_bytes()).to_bytes()))
    }
}

/// A new secret for a session, a token or an invitation: 256 random bits in text.
#[must_use]
pub fn new_secret(world: &dyn World) -> String {
    let mut bytes = Zeroizing::new([0; 32]);
    world.random(bytes.as_mut_slice());
    URL_SAFE_NO_PAD.encode(bytes.as_slice())
}

/// Under which id a secret is kept: its SHA-256, so that a stolen database opens nothing.
#[must_use]
pub fn secret_id(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}
