//! The limits of a component's structure. Each says what the runtimes of JavaScript (SpiderMonkey
//! and QuickJS) and Python need, which is the most that any language's compiler was seen to make,
//! and why there is no more. The worst function found within them takes the compiler 1.5 s and
//! 200 MB, where without them 229 KB took 17 s and 2 GB.

use model::Gas;
use model::problem::{Problem, Result};

/// The most of something that a component may have.
#[derive(Debug)]
pub struct Limit {
    /// What is counted.
    pub what: &'static str,
    pub max: u64,
    /// What to do about it.
    pub advice: &'static str,
}

impl Limit {
    /// Refuses what is over the limit; `place` says where it was found.
    pub(super) fn hold(&self, found: u64, place: impl FnOnce() -> String) -> Result<()> {
        if found <= self.max {
            return Ok(());
        }
        let (what, max, advice) = (self.what, self.max, self.advice);
        Err(Problem::invalid(format!(
            "{} has {found} {what}; {max} is the most. {advice}",
            place()
        )))
    }
}

/// Adds up over a whole component.
#[derive(Default)]
pub(super) struct Tally(pub(super) u64);

impl Tally {
    /// Adds `more` and refuses when it is too many.
    pub(super) fn add(&mut self, more: u64, limit: &Limit) -> Result<()> {
        self.0 = self.0.saturating_add(more);
        limit.hold(self.0, || "main.wasm".into())
    }
}

/// Gas for compiling a byte of code: the compilation of both runtimes takes 1.5 µs a byte, and a
/// gas is about a nanosecond.
pub(super) const COMPILE_GAS_PER_BYTE: Gas = 1_500;

const SPLIT: &str = "Split the function, or let the compiler optimise for size.";
const SMALLER: &str = "Leave out what the app does not need, and optimise for size.";
const STRANGE: &str = "No compiler that we know of makes this; build it as docs/languages.md says.";

/// Declares the limits, and the list of them all.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $max:expr, $what:literal, $advice:expr;)+) => {
        $($(#[$doc])* pub(super) const $name: Limit = Limit { what: $what, max: $max, advice: $advice };)+
        pub(super) const ALL: &[&Limit] = &[$(&$name),+];
    };
}

limits! {
    // -- the whole
    /// Python has 18.4 MB, of which 11 are the image of its memory.
    BYTES = 24 << 20, "bytes", SMALLER;
    /// Python without WASI has 38.
    MODULES = 64, "modules", STRANGE;
    /// QuickJS without WASI has 24.
    COMPONENTS = 64, "components", STRANGE;
    /// QuickJS without WASI nests 4. Deeper ones are made to exhaust a stack.
    DEPTH = 8, "components inside of each other", STRANGE;
    /// Python has 13 484 in all. Each costs the compiler and the engine's tables some memory.
    FUNCTIONS = 20_000, "functions", SMALLER;
    /// As many of Python's are placed as instances, each a slot of the pool.
    CORE_INSTANCES = 160, "instances of modules", STRANGE;
    /// Counted as the engine unfolds them: a component that is made of two of another, which is
    /// made of two of another, doubles with each step. QuickJS without WASI has some 300.
    UNFOLDED = 1_024, "instances when all components are unfolded", STRANGE;
    /// QuickJS has 278; and so many types of imports fit our whole package many times.
    COMPONENT_TYPES = 2_000, "types of components", STRANGE;
    /// Python has 1 443.
    ALIASES = 10_000, "aliases", STRANGE;
    /// Python has 125, and as many as there are functions to import would be some hundred.
    CANONICALS = 2_000, "functions between components", STRANGE;
    /// The package in wit/ and all of WASI are 44 and a few types.
    COMPONENT_IMPORTS = 200, "imports", STRANGE;
    /// QuickJS has 84 with the inner ones.
    COMPONENT_EXPORTS = 1_000, "exports", STRANGE;

    // -- a module
    /// Bytes, as a type is read whole: Python has 3 500 in one module.
    TYPE_BYTES = 256 << 10, "bytes of types in one section", STRANGE;
    /// Python has 509.
    TYPES = 4_000, "types", STRANGE;
    /// Python has 18, and the rule of components is 16 before they go to memory. More would make
    /// each call, block and branch of that type as slow to check.
    PARAMETERS = 64, "parameters of a function type", SPLIT;
    /// Compilers return one.
    RESULTS = 16, "results of a function type", SPLIT;
    /// Python has 918.
    IMPORTS = 4_000, "imports", STRANGE;
    /// Python has 1 857.
    EXPORTS = 8_000, "exports", STRANGE;
    /// Python has 508.
    GLOBALS = 4_000, "globals", STRANGE;
    /// QuickJS has 3, with its adapters.
    MEMORIES = 4, "memories", STRANGE;
    /// As much as a page may use, of which Python takes 12.4 MiB.
    MEMORY_PAGES = 512, "pages of 64 KiB of memory from the start", "Give the program a smaller stack: -Wl,-z,stack-size=65536 for C.";
    /// QuickJS has 3, with its adapters.
    TABLES = 8, "tables", STRANGE;
    /// SpiderMonkey has 7 691; the pool has room for so many.
    TABLE_ELEMENTS = 20_000, "elements of a table", SMALLER;
    /// QuickJS has 3.
    SEGMENTS = 1_000, "segments of elements", STRANGE;
    /// SpiderMonkey has 7 690.
    ELEMENTS = 40_000, "elements in segments", SMALLER;
    /// SpiderMonkey has 10 000, which is where its snapshot tool stops.
    DATA_SEGMENTS = 20_000, "segments of data", STRANGE;
    /// DWARF of Rust in debug mode has some MiB; it is skipped. Names of Python have 0.4 MiB.
    CUSTOM_BYTES = 8 << 20, "bytes of names and debug information", "Build for release, and strip.";

    // -- a function
    /// QuickJS nests 21. A thousand take the compiler 3 seconds, and 7 KB.
    LOOP_NESTING = 64, "loops inside of each other", SPLIT;
    /// Python nests 781, for the switch of its interpreter.
    BLOCK_NESTING = 4_096, "blocks inside of each other", SPLIT;
    /// SpiderMonkey has 392.
    LOOPS = 2_000, "loops", SPLIT;
    /// SpiderMonkey has 4 216.
    BLOCKS = 20_000, "blocks", SPLIT;
    /// With parameters. Python has 271. Ten thousand take the compiler 17 seconds and 2 GB.
    LOCALS = 1_000, "locals", SPLIT;
    /// Python has 426 843, for a function that places addresses.
    BODY_BYTES = 768 << 10, "bytes", SPLIT;
    /// Where both are many, each local lives through all of the body, and the compiler keeps a
    /// range of each for each block. SpiderMonkey has 9.0 million.
    LOCAL_BYTES = 36_000_000, "locals times bytes", SPLIT;
    /// Python has 3 202 in one, and 4 000 in a function.
    TARGETS = 20_000, "targets of br_table", SPLIT;
    /// SpiderMonkey has 44 376 in all.
    ALL_TARGETS = 400_000, "targets of br_table", SMALLER;
}
