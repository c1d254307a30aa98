//! Compiled code of components: from the folder of compiled code where it was kept before, else from
//! a compile worker. Compiled code is trusted like the program itself, so each file carries a seal
//! that only this node can make, over the component's hash, the engine's settings and the code.

use super::compile::{TRIAL, machine_code};
use super::features;
use crate::run::Component;
use crate::worker::{Class, Failed, Jobs, Kind, Launch};
use hmac::{Hmac, KeyInit, Mac};
use model::problem::{Problem, Result};
use model::release::hex;
use sha2::Sha256;
use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// Bytes of a seal: HMAC-SHA256 (RFC 2104).
const SEAL_BYTES: usize = 32;
/// Bytes of code kept at hand for the next worker; the rest is read again from its file. Python's
/// has 44 MB.
const AT_HAND_BYTES_MAX: usize = 64 * model::limit::MIB;

/// How long a component that could not be compiled is not tried again: a bomb that is sent a hundred
/// times goes off once, and an honest program that met a loaded machine is not shut out for long.
const SHUNNED_TIME: Duration = Duration::from_secs(600);
/// Components that are remembered for that, some hundred bytes each; the oldest goes first.
const SHUNNED_MAX: usize = 1_000;

/// The name of code: the component's SHA-256.
type Name = [u8; 32];

/// Compiled code, made when it is asked for.
pub(crate) struct Codes {
    launch: Launch,
    /// Started when the first component comes: most groups see none for long.
    compilers: OnceLock<Jobs>,
    folder: Option<PathBuf>,
    seal: [u8; 32],
    /// What code fits: the engine's version, its settings and the machine's features.
    engine: u64,
    /// The newest last.
    at_hand: Mutex<Vec<(Name, Arc<Vec<u8>>)>>,
    /// What is being compiled now: whoever wants the same waits for it.
    begun: Mutex<HashSet<Name>>,
    ended: Condvar,
    /// What could not be compiled lately, and why; the newest last.
    shunned: Mutex<Vec<(Name, Instant, Problem)>>,
    trial: OnceLock<Vec<u8>>,
}

/// The one who may compile a component now.
struct Alone<'c> {
    codes: &'c Codes,
    name: Name,
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.codes.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
        self.codes.ended.notify_all();
    }
}

impl Codes {
    /// The code of a sandbox whose workers are launched so. `seal` is the key of the seals.
    pub(crate) fn new(launch: &Launch, folder: Option<PathBuf>, seal: [u8; 32]) -> Result<Codes> {
        let engine = Engine::new(&features::compiling())
            .map_err(|err| crate::engine::ours("engine", &err))?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Codes {
            launch: launch.of_kind(Kind::COMPILE.word),
            compilers: OnceLock::new(),
            folder,
            seal,
            engine: hasher.finish(),
            at_hand: Mutex::default(),
            begun: Mutex::default(),
            ended: Condvar::new(),
            shunned: Mutex::default(),
            trial: OnceLock::new(),
        })
    }

    /// The code of a component, compiled now if it never was.
    pub(crate) fn of(&self, component: &Component) -> Result<Arc<Vec<u8>>> {
        let _alone = self.alone(component.hash);
        if let Ok(code) = self.kept(&component.hash) {
            return Ok(code);
        }
        if let Some(problem) = self.shunned(&component.hash) {
            return Err(problem);
        }
        let code = self.compiled(component)?;
        if let Some(path) = self.path(&component.hash) {
            let sealed = [self.mac(&component.hash, &code).as_slice(), &code].concat();
            crate::cache::keep(&path, &sealed)
                .map_err(|err| Problem::internal(format!("keeping compiled code: {err}")))?;
        }
        Ok(self.put_at_hand(component.hash, code))
    }

    /// Waits until nobody else compiles this.
    fn alone(&self, name: Name) -> Alone<'_> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let mut begun = self
            .ended
            .wait_while(begun, |begun| begun.contains(&name))
            .unwrap_or_else(PoisonError::into_inner);
        begun.insert(name);
        Alone { codes: self, name }
    }

    /// Code that was made before.
    pub(crate) fn kept(&self, name: &Name) -> Result<Arc<Vec<u8>>> {
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = at_hand.iter().position(|(of, _)| of == name) {
            let newest = at_hand.remove(place);
            let code = newest.1.clone();
            at_hand.push(newest);
            return Ok(code);
        }
        drop(at_hand);
        let code = self.read(name).ok_or_else(|| Problem::internal("code that was not made"))?;
        Ok(self.put_at_hand(*name, code))
    }

    /// The code of the component on which workers try their engine out.
    pub(crate) fn trial(&self) -> Result<crate::worker::Bytes<'static>> {
        let code = match self.trial.get() {
            Some(code) => code.clone(),
            None => {
                let code = machine_code(TRIAL).map_err(Problem::internal)?;
                self.trial.get_or_init(|| code).clone()
            }
        };
        Ok(code.into())
    }

    /// Why a component could not be compiled, if that was found out lately.
    pub(crate) fn shunned(&self, name: &Name) -> Option<Problem> {
        let shunned = self.shunned.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, since, problem) = shunned.iter().find(|(of, ..)| of == name)?;
        (since.elapsed() < SHUNNED_TIME).then(|| problem.clone())
    }

    fn shun(&self, name: Name, problem: &Problem) {
        let mut shunned = self.shunned.lock().unwrap_or_else(PoisonError::into_inner);
        shunned.retain(|(of, ..)| *of != name);
        if shunned.len() >= SHUNNED_MAX {
            shunned.remove(0);
        }
        shunned.push((name, Instant::now(), problem.clone()));
    }

    fn compiled(&self, component: &Component) -> Result<Vec<u8>> {
        let wasm = &(component.read)()?;
        let compilers = match self.compilers.get() {
            Some(compilers) => compilers,
            None => {
                let started = Jobs::new(self.launch.clone(), Kind::COMPILE)?;
                self.compilers.get_or_init(|| started)
            }
        };
        let compiled = compilers.ask(Class::Members, wasm).map_err(|failed| match failed {
            Failed::Refused(text) => Problem::invalid(text),
            Failed::TooSlow => Problem::invalid(format!(
                "main.wasm takes longer to compile than the {} seconds there are. Make it smaller, or of simpler functions.",
                Kind::COMPILE.bounds.cpu_seconds
            )),
            Failed::Lost(why) => Problem::invalid(
                "main.wasm could not be compiled: it takes more memory to compile than there is. Make it smaller, or of simpler functions.",
            )
            .privately(why),
        });
        compiled.inspect_err(|problem| self.shun(component.hash, problem))
    }

    fn put_at_hand(&self, name: Name, code: Vec<u8>) -> Arc<Vec<u8>> {
        let code = Arc::new(code);
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        at_hand.retain(|(of, _)| *of != name);
        at_hand.push((name, code.clone()));
        let mut bytes: usize = at_hand.iter().map(|(_, code)| code.len()).sum();
        while bytes > AT_HAND_BYTES_MAX && at_hand.len() > 1 {
            bytes -= at_hand.remove(0).1.len();
        }
        code
    }

    fn path(&self, name: &Name) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{}-{:016x}.code", hex(name), self.engine)))
    }

    fn read(&self, name: &Name) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(name)?).ok()?;
        let (seal, code) = bytes.split_at_checked(SEAL_BYTES)?;
        self.keyed(name, code).verify_slice(seal).ok()?;
        bytes.drain(..SEAL_BYTES);
        Some(bytes)
    }

    fn mac(&self, name: &Name, code: &[u8]) -> [u8; SEAL_BYTES] {
        self.keyed(name, code).finalize().into_bytes().into()
    }

    fn keyed(&self, name: &Name, code: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a short key up with zeros.
        let mut key = [0; 64];
        key[..self.seal.len()].copy_from_slice(&self.seal);
        let mut mac = Hmac::<Sha256>::new(&key.into());
        mac.update(name);
        mac.update(&self.engine.to_le_bytes());
        mac.update(code);
        mac
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    #[test]
    fn one_at_a_time_compiles_a_component() {
        let codes = Codes::new(&Launch::of("/bin/true".into(), &["lua"]), None, [0; 32]).unwrap();
        let inside = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    let _alone = codes.alone([7; 32]);
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
            // Another component waits for none of them.
            let _other = codes.alone([8; 32]);
        });
        assert!(codes.begun.lock().unwrap().is_empty());
    }
}
