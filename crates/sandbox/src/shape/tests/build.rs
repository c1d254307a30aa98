//! Makes components for tests: a module of parts, and a component around it that exports `run`.

use wasm_encoder::{
    CanonicalOption, CodeSection, ComponentBuilder, ComponentExportKind, CustomSection,
    ElementSection, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    ImportSection, Instruction, MemorySection, MemoryType, Module, ModuleArg, NameSection,
    TableSection, TagSection, TypeSection, ValType,
};

/// What a module is made of. The first type is a function without parameters and results, and the
/// first function does nothing and is exported as `run`.
pub(super) struct Parts {
    pub(super) types: TypeSection,
    pub(super) imports: ImportSection,
    pub(super) functions: FunctionSection,
    pub(super) tables: TableSection,
    pub(super) memories: MemorySection,
    pub(super) tags: TagSection,
    pub(super) globals: GlobalSection,
    pub(super) exports: ExportSection,
    pub(super) elements: ElementSection,
    pub(super) code: CodeSection,
    pub(super) names: Option<NameSection>,
    pub(super) custom: Vec<(String, Vec<u8>)>,
}

impl Default for Parts {
    fn default() -> Parts {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut exports = ExportSection::new();
        exports.export("run", ExportKind::Func, 0);
        let parts = Parts {
            types,
            imports: ImportSection::new(),
            functions: FunctionSection::new(),
            tables: TableSection::new(),
            memories: MemorySection::new(),
            tags: TagSection::new(),
            globals: GlobalSection::new(),
            exports,
            elements: ElementSection::new(),
            code: CodeSection::new(),
            names: None,
            custom: Vec::new(),
        };
        parts.function(0, &[], &[])
    }
}

impl Parts {
    /// Adds a function of a type, with locals and a body; its end is added.
    pub(super) fn function(
        mut self,
        ty: u32,
        locals: &[(u32, ValType)],
        body: &[Instruction<'_>],
    ) -> Parts {
        self.functions.function(ty);
        let mut function = Function::new(locals.iter().copied());
        for instruction in body {
            function.instruction(instruction);
        }
        function.instruction(&Instruction::End);
        self.code.function(&function);
        self
    }

    /// Adds a memory of so many pages.
    pub(super) fn memory(mut self, pages: u64, memory64: bool, shared: bool) -> Parts {
        let maximum = shared.then_some(pages);
        self.memories.memory(MemoryType {
            minimum: pages,
            maximum,
            memory64,
            shared,
            page_size_log2: None,
        });
        self
    }

    /// The module as bytes; a section that is empty is left out.
    pub(super) fn module(&self) -> Vec<u8> {
        let mut module = Module::new();
        module.section(&self.types);
        if !self.imports.is_empty() {
            module.section(&self.imports);
        }
        module.section(&self.functions);
        if !self.tables.is_empty() {
            module.section(&self.tables);
        }
        if !self.memories.is_empty() {
            module.section(&self.memories);
        }
        if !self.tags.is_empty() {
            module.section(&self.tags);
        }
        if !self.globals.is_empty() {
            module.section(&self.globals);
        }
        module.section(&self.exports);
        if !self.elements.is_empty() {
            module.section(&self.elements);
        }
        module.section(&self.code);
        if let Some(names) = &self.names {
            module.section(names);
        }
        for (name, data) in &self.custom {
            module.section(&CustomSection { name: name.into(), data: data.into() });
        }
        module.finish()
    }
}

/// A component with nothing in it.
pub(super) fn component() -> ComponentBuilder {
    ComponentBuilder::default()
}

/// Adds the least module, and exports its function under this name.
pub(super) fn whole(builder: ComponentBuilder, export: &str) -> Vec<u8> {
    around(builder, &Parts::default().module(), export)
}

/// A component of this module, which exports its `run`.
pub(super) fn app(parts: Parts) -> Vec<u8> {
    around(component(), &parts.module(), "run")
}

fn around(mut builder: ComponentBuilder, module: &[u8], export: &str) -> Vec<u8> {
    let module = builder.core_module_raw(None, module);
    let none: [(&str, ModuleArg); 0] = [];
    let instance = builder.core_instantiate(None, module, none);
    let core = builder.core_alias_export(None, instance, "run", ExportKind::Func);
    let (ty, mut function) = builder.type_function(None);
    function.params([("", wasm_encoder::ComponentValType::Type(0)); 0]).result(None);
    let options: [CanonicalOption; 0] = [];
    let lifted = builder.lift_func(None, core, ty, options);
    builder.export(export, ComponentExportKind::Func, lifted, None);
    builder.finish()
}

/// Bodies of functions.
pub(super) mod body {
    use std::iter::repeat_n;
    use wasm_encoder::{BlockType, Instruction};

    fn open(is_loop: bool) -> Instruction<'static> {
        if is_loop {
            Instruction::Loop(BlockType::Empty)
        } else {
            Instruction::Block(BlockType::Empty)
        }
    }

    /// So many blocks inside of each other.
    pub(in super::super) fn nested(count: usize, loops: bool) -> Vec<Instruction<'static>> {
        repeat_n(open(loops), count).chain(repeat_n(Instruction::End, count)).collect()
    }

    /// So many blocks behind each other.
    pub(in super::super) fn sequence(count: usize, loops: bool) -> Vec<Instruction<'static>> {
        repeat_n([open(loops), Instruction::End], count).flatten().collect()
    }
}
