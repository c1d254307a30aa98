//! One component, the whole or one inside of it: what it imports and exports, and how many instances
//! the engine will make when it unfolds it.

use super::imports::{self, Import};
use super::limits;
use super::walk::{Sums, unreadable};
use super::{Kind, place};
use model::problem::{Problem, Result};
use wasmparser::{
    ComponentExport, ComponentExternalKind, ComponentImport, ComponentInstance, ComponentTypeRef,
    Instance, Payload, TypeBounds,
};

/// A component that is being read.
#[derive(Default)]
pub(super) struct Outer {
    /// It is not inside of another one.
    pub(super) is_whole: bool,
    /// Instances that it unfolds to.
    pub(super) unfolded: u64,
    /// Found in the whole only.
    pub(super) imports: Vec<Import>,
    app: bool,
    proxy: bool,
    command: bool,
}

impl Outer {
    pub(super) fn new(is_whole: bool) -> Outer {
        Outer { is_whole, ..Outer::default() }
    }

    /// Counts a section, before it is validated. `largest` is what the largest component read so
    /// far unfolds to: one can be made of earlier ones only.
    pub(super) fn take(
        &mut self,
        payload: &Payload<'_>,
        largest: u64,
        sums: &mut Sums,
    ) -> Result<()> {
        match payload {
            Payload::ComponentImportSection(imports) => {
                sums.component_imports.add(imports.count().into(), &limits::COMPONENT_IMPORTS)?;
                for import in imports.clone() {
                    self.import(&import.map_err(|err| unreadable(&err))?)?;
                }
                Ok(())
            }
            Payload::ComponentExportSection(exports) => {
                sums.component_exports.add(exports.count().into(), &limits::COMPONENT_EXPORTS)?;
                for export in exports.clone() {
                    self.export(&export.map_err(|err| unreadable(&err))?);
                }
                Ok(())
            }
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    if let Instance::Instantiate { .. } =
                        instance.map_err(|err| unreadable(&err))?
                    {
                        sums.core_instances.add(1, &limits::CORE_INSTANCES)?;
                        self.unfold(1)?;
                    }
                }
                Ok(())
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances.clone() {
                    let instance = instance.map_err(|err| unreadable(&err))?;
                    if let ComponentInstance::Instantiate { .. } = instance {
                        self.unfold(largest.saturating_add(1))?;
                    }
                }
                Ok(())
            }
            _ => counted(payload, sums),
        }
    }

    fn unfold(&mut self, more: u64) -> Result<()> {
        self.unfolded = self.unfolded.saturating_add(more);
        limits::UNFOLDED.hold(self.unfolded, || "main.wasm".into())
    }

    fn import(&mut self, import: &ComponentImport<'_>) -> Result<()> {
        let name = import.name.name;
        match import.ty {
            // It could be made of one that comes later, and unfold to anything.
            ComponentTypeRef::Component(_) => {}
            _ if !self.is_whole => return Ok(()),
            ComponentTypeRef::Instance(_) => {
                self.imports.push(imports::find(name)?);
                return Ok(());
            }
            // A name for a type of an interface that is imported.
            ComponentTypeRef::Type(TypeBounds::Eq(_)) => return Ok(()),
            _ => {}
        }
        Err(Problem::invalid(format!(
            "main.wasm imports {} by itself; an app imports only interfaces. What there is stands in wit/.",
            place::shown(name, place::NAME_CHARS)
        )))
    }

    fn export(&mut self, export: &ComponentExport<'_>) {
        let name = export.name.name;
        match export.kind {
            ComponentExternalKind::Func if name == "run" => self.app = true,
            ComponentExternalKind::Instance => {
                self.proxy |= name.starts_with("wasi:http/incoming-handler@0.2.");
                self.command |= name.starts_with("wasi:cli/run@0.2.");
            }
            _ => {}
        }
    }

    /// What wakes it.
    pub(super) fn kind(&self) -> Result<Kind> {
        match (self.app, self.proxy, self.command) {
            (true, ..) => Ok(Kind::App),
            (_, true, _) => Ok(Kind::Proxy),
            (.., true) => Ok(Kind::Command),
            _ => Err(Problem::invalid(
                "main.wasm exports nothing that a group could call. Export `run` of the world `app` in wit/, or wasi:http/incoming-handler@0.2, or wasi:cli/run@0.2.",
            )),
        }
    }
}

/// The sections of a component that are only counted.
fn counted(payload: &Payload<'_>, sums: &mut Sums) -> Result<()> {
    let bytes = |range: std::ops::Range<u64>| {
        limits::TYPE_BYTES.hold(range.end - range.start, || "A component of main.wasm".into())
    };
    match payload {
        Payload::ComponentTypeSection(types) => {
            bytes(types.range())?;
            sums.types.add(types.count().into(), &limits::COMPONENT_TYPES)
        }
        Payload::CoreTypeSection(types) => {
            bytes(types.range())?;
            sums.types.add(types.count().into(), &limits::COMPONENT_TYPES)
        }
        Payload::ComponentAliasSection(aliases) => {
            sums.aliases.add(aliases.count().into(), &limits::ALIASES)
        }
        Payload::ComponentCanonicalSection(functions) => {
            sums.canonicals.add(functions.count().into(), &limits::CANONICALS)
        }
        _ => Ok(()),
    }
}
