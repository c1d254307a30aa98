//! The way through a component: a section at a time, each first counted and then validated, with the
//! modules and components that are open on a short stack.

use super::limits::{self, Tally};
use super::module::Module;
use super::outer::Outer;
use super::{Shape, features, place};
use model::problem::{Problem, Result};
use std::ops::Range;
use wasmparser::{
    BinaryReaderError, Encoding, FuncValidatorAllocations, Parser, Payload, ValidPayload, Validator,
};

/// What is added up over the whole component.
#[derive(Default)]
pub(super) struct Sums {
    modules: Tally,
    components: Tally,
    custom_bytes: Tally,
    pub(super) functions: Tally,
    pub(super) memories: Tally,
    pub(super) pages: Tally,
    pub(super) tables: Tally,
    pub(super) elements: Tally,
    pub(super) targets: Tally,
    pub(super) core_instances: Tally,
    pub(super) types: Tally,
    pub(super) aliases: Tally,
    pub(super) canonicals: Tally,
    pub(super) component_imports: Tally,
    pub(super) component_exports: Tally,
    pub(super) code_bytes: u64,
}

/// What is being read.
enum Open {
    Module(Module),
    Component(Outer),
}

/// One walk.
pub(super) struct Walk<'w> {
    wasm: &'w [u8],
    validator: Validator,
    /// Memory for validating functions, used again for each.
    allocations: FuncValidatorAllocations,
    open: Vec<Open>,
    sums: Sums,
    /// What the largest component read so far unfolds to.
    largest: u64,
    /// Where the module lies that comes next.
    next: Range<u64>,
    whole: Option<Outer>,
}

/// The problem of bytes that are no wasm, or use what is off.
pub(super) fn unreadable(err: &BinaryReaderError) -> Problem {
    Problem::invalid(format!(
        "main.wasm is not valid at byte {}: {}. Build it as docs/languages.md says, with no further proposals of wasm turned on.",
        err.offset(),
        place::shown(err.message(), place::SENTENCE_CHARS)
    ))
}

impl<'w> Walk<'w> {
    pub(super) fn new(wasm: &'w [u8]) -> Walk<'w> {
        Walk {
            wasm,
            validator: Validator::new_with_features(features::ON),
            allocations: FuncValidatorAllocations::default(),
            open: Vec::new(),
            sums: Sums::default(),
            largest: 0,
            next: 0..0,
            whole: None,
        }
    }

    /// Walks to the end, or to the first thing that is not taken.
    pub(super) fn walk(mut self) -> Result<Shape> {
        for payload in Parser::new(0).parse_all(self.wasm) {
            let payload = payload.map_err(|err| unreadable(&err))?;
            self.count(&payload)?;
            self.validate(&payload)?;
            if let Payload::End(_) = payload {
                self.close();
            }
        }
        let whole = self.whole.unwrap_or_default();
        Ok(Shape { kind: whole.kind()?, imports: whole.imports, code_bytes: self.sums.code_bytes })
    }

    fn count(&mut self, payload: &Payload<'_>) -> Result<()> {
        match payload {
            Payload::Version { encoding, .. } => return self.begin(*encoding),
            Payload::ModuleSection { unchecked_range, .. } => self.next = unchecked_range.clone(),
            Payload::CustomSection(section) => {
                self.sums.custom_bytes.add(section.data().len() as u64, &limits::CUSTOM_BYTES)?;
            }
            _ => {}
        }
        match self.open.last_mut() {
            Some(Open::Module(module)) => module.take(payload, self.wasm, &mut self.sums),
            Some(Open::Component(outer)) => outer.take(payload, self.largest, &mut self.sums),
            None => Ok(()),
        }
    }

    fn begin(&mut self, encoding: Encoding) -> Result<()> {
        let open = match encoding {
            Encoding::Module => {
                let number = self.sums.modules.0;
                self.sums.modules.add(1, &limits::MODULES)?;
                Open::Module(Module::new(number, self.next.clone()))
            }
            Encoding::Component => {
                self.sums.components.add(1, &limits::COMPONENTS)?;
                Open::Component(Outer::new(self.open.is_empty()))
            }
        };
        self.open.push(open);
        limits::DEPTH.hold(self.open.len() as u64, || "main.wasm".into())
    }

    fn validate(&mut self, payload: &Payload<'_>) -> Result<()> {
        let invalid = |err: BinaryReaderError| unreadable(&err);
        if let ValidPayload::Func(function, body) =
            self.validator.payload(payload).map_err(invalid)?
        {
            let mut validator = function.into_validator(std::mem::take(&mut self.allocations));
            validator.validate(&body).map_err(invalid)?;
            self.allocations = validator.into_allocations();
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(Open::Component(outer)) = self.open.pop() {
            self.largest = self.largest.max(outer.unfolded);
            if outer.is_whole {
                self.whole = Some(outer);
            }
        }
    }
}
