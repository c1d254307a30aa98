//! One core module inside of the component: its sections are counted before they are read.

use super::body::{self, Fault};
use super::limits::{self, Limit};
use super::place;
use super::walk::{Sums, unreadable};
use model::problem::Result;
use std::ops::Range;
use wasmparser::{
    CompositeInnerType, ElementItems, FunctionBody, Payload, TypeRef, TypeSectionReader,
};

/// A module that is being read.
pub(super) struct Module {
    /// Which of the component's modules it is, from 0.
    number: u64,
    /// Its bytes in the component.
    range: Range<u64>,
    /// Parameters of each of its types.
    parameters: Vec<u64>,
    /// The type of each function that has a body.
    functions: Vec<u32>,
    imported_functions: u64,
    /// Bodies read so far.
    bodies: usize,
}

impl Module {
    pub(super) fn new(number: u64, range: Range<u64>) -> Module {
        Module {
            number,
            range,
            parameters: Vec::new(),
            functions: Vec::new(),
            imported_functions: 0,
            bodies: 0,
        }
    }

    /// Counts a section or a function, before it is validated.
    pub(super) fn take(
        &mut self,
        payload: &Payload<'_>,
        wasm: &[u8],
        sums: &mut Sums,
    ) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => self.types(types),
            Payload::ImportSection(imports) => {
                for (before, import) in (0_u64..).zip(imports.clone().into_imports()) {
                    self.hold(&limits::IMPORTS, before + 1)?;
                    let ty = import.map_err(|err| unreadable(&err))?.ty;
                    self.imported_functions +=
                        u64::from(matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
                Ok(())
            }
            Payload::FunctionSection(functions) => {
                sums.functions.add(functions.count().into(), &limits::FUNCTIONS)?;
                for ty in functions.clone() {
                    self.functions.push(ty.map_err(|err| unreadable(&err))?);
                }
                Ok(())
            }
            Payload::ExportSection(exports) => self.hold(&limits::EXPORTS, exports.count()),
            Payload::GlobalSection(globals) => self.hold(&limits::GLOBALS, globals.count()),
            Payload::DataSection(data) => self.hold(&limits::DATA_SEGMENTS, data.count()),
            Payload::CodeSectionEntry(body) => self.body(body, wasm, sums),
            _ => self.storage(payload, sums),
        }
    }

    /// Memories, tables and what tables are filled with.
    fn storage(&self, payload: &Payload<'_>, sums: &mut Sums) -> Result<()> {
        match payload {
            Payload::MemorySection(memories) => {
                sums.memories.add(memories.count().into(), &limits::MEMORIES)?;
                for memory in memories.clone() {
                    let pages = memory.map_err(|err| unreadable(&err))?.initial;
                    sums.pages.add(pages, &limits::MEMORY_PAGES)?;
                }
                Ok(())
            }
            Payload::TableSection(tables) => {
                sums.tables.add(tables.count().into(), &limits::TABLES)?;
                for table in tables.clone() {
                    let table = table.map_err(|err| unreadable(&err))?;
                    self.hold(&limits::TABLE_ELEMENTS, table.ty.initial)?;
                }
                Ok(())
            }
            Payload::ElementSection(segments) => {
                self.hold(&limits::SEGMENTS, segments.count())?;
                for segment in segments.clone() {
                    let count = match segment.map_err(|err| unreadable(&err))?.items {
                        ElementItems::Functions(items) => items.count(),
                        ElementItems::Expressions(_, items) => items.count(),
                    };
                    sums.elements.add(count.into(), &limits::ELEMENTS)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn types(&mut self, types: &TypeSectionReader<'_>) -> Result<()> {
        self.hold(&limits::TYPE_BYTES, types.range().end - types.range().start)?;
        for group in types.clone() {
            let group = group.map_err(|err| unreadable(&err))?;
            for ty in group.types() {
                let (parameters, results) = match &ty.composite_type.inner {
                    CompositeInnerType::Func(function) => {
                        (function.params().len() as u64, function.results().len() as u64)
                    }
                    _ => (0, 0),
                };
                self.hold(&limits::PARAMETERS, parameters)?;
                self.hold(&limits::RESULTS, results)?;
                self.parameters.push(parameters);
                self.hold(&limits::TYPES, self.parameters.len() as u64)?;
            }
        }
        Ok(())
    }

    fn body(&mut self, body: &FunctionBody<'_>, wasm: &[u8], sums: &mut Sums) -> Result<()> {
        let parameters = self
            .functions
            .get(self.bodies)
            .and_then(|ty| self.parameters.get(usize::try_from(*ty).ok()?).copied());
        let index = self.imported_functions + self.bodies as u64;
        self.bodies += 1;
        sums.code_bytes += body.range().end - body.range().start;
        match body::check(body, parameters.unwrap_or(0)) {
            Ok(targets) => sums.targets.add(targets, &limits::ALL_TARGETS),
            Err(Fault::Unreadable(err)) => Err(unreadable(&err)),
            Err(Fault::Over(limit, found)) => limit.hold(found, || {
                place::function(wasm, &self.range, self.number, index, body.range().start)
            }),
        }
    }

    fn hold(&self, limit: &Limit, found: impl Into<u64>) -> Result<()> {
        limit.hold(found.into(), || format!("Module {} of main.wasm", self.number))
    }
}
