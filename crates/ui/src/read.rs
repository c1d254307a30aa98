//! Reads what a script returned into nodes, by the table. It never fails on a hostile value: it
//! says what is wrong, with the place and the line, and cuts what is too long.

use crate::component::{self, Component, Kind, Property};
use crate::fault::{Fault, Place, did_you_mean, which_property};
use crate::node::{Fields, Node, Prop};
use crate::offers::{self, Offer};
use crate::{ops, scalar, table};
use model::{Value, limit, sabotage};
use std::collections::BTreeMap;

/// Faults told at once; a script with more has one cause many times.
const FAULTS_MAX: usize = 20;

/// What the reader keeps while it walks.
pub(crate) struct Reader {
    /// What the group has that parts may need.
    offered: &'static [Offer],
    pub(crate) faults: Vec<Fault>,
    /// What is drawn all the same, but should be mended.
    pub(crate) warnings: Vec<Fault>,
    /// Whether something was left out because the view is too large.
    pub(crate) cut: bool,
    nodes: usize,
    bytes: usize,
    depth: usize,
    in_form: bool,
}

impl Reader {
    pub(crate) fn new(offered: &'static [Offer]) -> Reader {
        Reader {
            offered,
            faults: vec![],
            warnings: vec![],
            cut: false,
            nodes: 0,
            bytes: 0,
            depth: 0,
            in_form: false,
        }
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    pub(crate) fn warn(&mut self, warning: Fault) {
        if self.warnings.len() < FAULTS_MAX && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Charges bytes to the view; `false` when it is full.
    pub(crate) fn takes(&mut self, bytes: usize, at: &Place) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        let fits = self.bytes <= limit::VIEW_BYTES_MAX;
        if !fits {
            self.leave_out(at, &format!("a page has at most {} KiB", limit::VIEW_BYTES_MAX / 1024));
        }
        fits
    }

    fn leave_out(&mut self, at: &Place, why: &str) {
        if !self.cut {
            self.warn(at.fault(format!("{why}; what follows is left out")));
        }
        self.cut = true;
    }

    /// Reads a node, or text that stands for one; `None` if there is nothing to show.
    pub(crate) fn node(&mut self, value: &Value, at: &Place) -> Option<Node> {
        match value {
            Value::Nil | Value::Bool(false) => None,
            Value::Map(map) => self.table_node(map, value, at),
            Value::List(_) => {
                self.fault(at.fault(
                    "a plain list is no part of a page; put it into ui.row{…} or ui.list{…}",
                ));
                None
            }
            _ => {
                let text = component::find("text")?;
                let map = BTreeMap::from([("text".to_owned(), value.clone())]);
                self.build(text, &map, at)
            }
        }
    }

    fn table_node(
        &mut self,
        map: &BTreeMap<String, Value>,
        value: &Value,
        at: &Place,
    ) -> Option<Node> {
        let Some(kind) = value.str_at("type") else {
            self.fault(at.fault("this is a plain table, not a part of a page; write ui.text{…}, ui.row{…} and so on"));
            return None;
        };
        match component::find(kind) {
            Some(component) => self.build(component, map, at),
            None => {
                let names = table::ALL.iter().map(|component| component.name);
                let hint = did_you_mean(kind, names);
                let kind: String = kind.chars().filter(|c| !c.is_control()).take(40).collect();
                let at = at.node("", line_of(map));
                self.fault(at.bare_fault(format!("there is no ui.{kind}{hint}")));
                None
            }
        }
    }

    /// Reads the properties of a known component.
    fn build(
        &mut self,
        component: &'static Component,
        map: &BTreeMap<String, Value>,
        at: &Place,
    ) -> Option<Node> {
        let line = line_of(map);
        let at = at.node(component.name, line);
        if self.nodes >= limit::VIEW_NODES_MAX {
            self.leave_out(&at, &format!("a page has at most {} parts", limit::VIEW_NODES_MAX));
            return None;
        }
        if self.depth >= limit::VIEW_DEPTH_MAX && !sabotage::off("view-depth") {
            self.fault(
                at.fault(format!("parts are nested more than {} deep", limit::VIEW_DEPTH_MAX)),
            );
            return None;
        }
        if component.name == "page" && self.depth > 0 {
            self.fault(at.fault("a page cannot stand inside a page; use ui.section"));
            return None;
        }
        if map.get("hidden").is_some_and(Value::truthy) {
            return None;
        }
        self.nodes += 1;
        self.depth += 1;
        let outside_form = !self.in_form;
        self.in_form |= component.name == "form";
        let mut fields = self.named(component, map, &at);
        self.positional(component, map, &at, &mut fields);
        self.required(component.properties, &fields, &at);
        let node = Node { component, line, fields };
        crate::rules::check(self, &node, outside_form, &at);
        self.in_form = !outside_form;
        self.depth -= 1;
        self.or_fallback(node, &at)
    }

    /// The part itself, or its `fallback` if it needs what this group does not have.
    fn or_fallback(&mut self, mut node: Node, at: &Place) -> Option<Node> {
        let feature = offers::unknown(&node);
        let lacks = offers::missing(&node, self.offered);
        if feature.is_none() && lacks.is_none() {
            return Some(node);
        }
        match (node.fields.0.remove("fallback"), feature, lacks) {
            (Some(Prop::Node(fallback)), ..) => Some(*fallback),
            (_, Some(feature), _) => {
                let text = format!(
                    "requires “{feature}”, which this group does not know; say what stands there else with fallback = ui.text{{ … }}"
                );
                self.fault(at.property("requires").fault(text));
                None
            }
            (_, None, Some((property, text))) => {
                self.fault(at.property(property).fault(text));
                None
            }
            (_, None, None) => Some(node),
        }
    }

    /// The properties given by name.
    fn named(
        &mut self,
        component: &'static Component,
        map: &BTreeMap<String, Value>,
        at: &Place,
    ) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in map {
            if matches!(name.as_str(), "type" | "line" | "parts") {
                continue;
            }
            match component.property(name) {
                Some(property) => self.put(property, value, at, &mut fields),
                None => {
                    let known = component.properties.iter().map(|property| property.name);
                    let hint = which_property(name, known);
                    let name: String = name.chars().take(40).collect();
                    self.fault(at.fault(format!("“{name}” is not a property here{hint}")));
                }
            }
        }
        fields
    }

    /// The positional parts: the first text is the main property, the rest is the body.
    fn positional(
        &mut self,
        component: &'static Component,
        map: &BTreeMap<String, Value>,
        at: &Place,
        fields: &mut Fields,
    ) {
        let mut parts = map.get("parts").map(Value::items).unwrap_or_default();
        if let (Some(main), Some(first)) = (component.main, parts.first())
            && !matches!(first, Value::Map(_) | Value::List(_))
            && !fields.0.contains_key(main)
            && let Some(property) = component.property(main)
        {
            self.put(property, first, at, fields);
            parts = &parts[1..];
        }
        if parts.is_empty() {
            return;
        }
        if component.property("body").is_none() {
            let text = match component.properties.iter().find(|property| property.name == "items") {
                Some(_) => "the entries belong into items = { … }",
                None => "nothing can stand inside this one",
            };
            return self.fault(at.fault(text));
        }
        let nodes = self.nodes_of(parts, &at.property("body"));
        match fields.0.get_mut("body") {
            Some(Prop::Nodes(body)) => body.extend(nodes),
            _ => {
                fields.0.insert("body", Prop::Nodes(nodes));
            }
        }
    }

    /// Reads parts; lists among them are taken apart, so that a script can build some in a loop.
    fn nodes_of(&mut self, parts: &[Value], at: &Place) -> Vec<Node> {
        let mut nodes = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if self.cut {
                break;
            }
            match part {
                Value::List(inner) if self.depth < limit::VIEW_DEPTH_MAX => {
                    self.depth += 1;
                    nodes.extend(self.nodes_of(inner, &at.item(index)));
                    self.depth -= 1;
                }
                _ => nodes.extend(self.node(part, &at.item(index))),
            }
        }
        nodes
    }

    fn required(&mut self, properties: &[Property], fields: &Fields, at: &Place) {
        for property in properties.iter().filter(|property| property.required) {
            if !fields.0.contains_key(property.name) && !self.blamed(at, property.name) {
                self.fault(at.fault(format!("needs {} = …", property.name)));
            }
        }
    }

    /// Whether a fault of this property was told already.
    fn blamed(&self, at: &Place, property: &str) -> bool {
        let path = at.property(property).to_string();
        self.faults.iter().any(|fault| fault.path.starts_with(&path) || fault.path.is_empty())
            || self.faults.len() >= FAULTS_MAX
            || self.cut
    }

    fn put(&mut self, property: &'static Property, value: &Value, at: &Place, fields: &mut Fields) {
        if matches!(value, Value::Nil) {
            return;
        }
        if let Some(prop) = self.prop(property.kind, value, &at.property(property.name)) {
            fields.0.insert(property.name, prop);
        }
    }

    /// Reads one property by its kind.
    pub(crate) fn prop(&mut self, kind: Kind, value: &Value, at: &Place) -> Option<Prop> {
        match kind {
            Kind::Node => self.node(value, at).map(|node| Prop::Node(Box::new(node))),
            Kind::Nodes => Some(Prop::Nodes(match value {
                Value::List(parts) => self.nodes_of(parts, at),
                _ => self.node(value, at).into_iter().collect(),
            })),
            Kind::List(of) => self.list(of, value, at),
            Kind::Object(object) => self.object(object, value, at),
            Kind::Any => self.any(value, at),
            Kind::Ops => ops::read(self, value, at),
            _ => scalar::read(self, kind, value, at),
        }
    }

    fn list(&mut self, of: &Kind, value: &Value, at: &Place) -> Option<Prop> {
        let Value::List(items) = value else {
            self.fault(at.fault("should be a list, like { … , … }"));
            return None;
        };
        let most = if matches!(of, Kind::Any) { component::ROWS_MAX } else { component::ITEMS_MAX };
        if items.len() > most {
            self.warn(at.fault(format!("has {} entries; the first {most} are shown", items.len())));
        }
        let mut read = Vec::with_capacity(items.len().min(most));
        for (index, item) in items.iter().take(most).enumerate() {
            if self.cut {
                break;
            }
            read.extend(self.prop(*of, item, &at.item(index)));
        }
        Some(Prop::List(read))
    }

    fn object(
        &mut self,
        object: &'static component::Object,
        value: &Value,
        at: &Place,
    ) -> Option<Prop> {
        let mut fields = Fields::default();
        match (value, object.main.and_then(|main| object.property(main))) {
            (Value::Map(map), _) => {
                for (name, value) in map {
                    match object.property(name) {
                        Some(property) => self.put(property, value, at, &mut fields),
                        None => {
                            let known = object.properties.iter().map(|property| property.name);
                            let hint = which_property(name, known);
                            self.fault(at.fault(format!("“{name}” is not a property here{hint}")));
                        }
                    }
                }
            }
            (Value::Str(_) | Value::Int(_) | Value::Float(_), Some(main)) => {
                self.put(main, value, at, &mut fields);
            }
            _ => {
                let needs: Vec<&str> =
                    object.properties.iter().filter(|p| p.required).map(|p| p.name).collect();
                self.fault(at.fault(format!("should be a table with {}", needs.join(" and "))));
                return None;
            }
        }
        self.required(object.properties, &fields, at);
        Some(Prop::Object(fields))
    }

    /// A value of the script's own shape: a cell, a row, the value of a fact.
    fn any(&mut self, value: &Value, at: &Place) -> Option<Prop> {
        if self.depth >= limit::VIEW_DEPTH_MAX {
            self.fault(at.fault(format!("is nested more than {} deep", limit::VIEW_DEPTH_MAX)));
            return None;
        }
        self.depth += 1;
        let prop = match value {
            Value::Map(_) if value.str_at("type").is_some() && value.get("parts").is_some() => {
                self.node(value, at).map(|node| Prop::Node(Box::new(node)))
            }
            Value::Map(map) => Some(Prop::Table(
                map.iter()
                    .filter(|(name, _)| self.takes(name.len(), at))
                    .map(|(name, _)| name.clone())
                    .collect::<Vec<_>>()
                    .into_iter()
                    .filter_map(|name| {
                        let prop = self.any(&map[&name], &at.property(&name))?;
                        Some((name, prop))
                    })
                    .collect(),
            )),
            Value::List(items) => Some(Prop::List(
                items
                    .iter()
                    .enumerate()
                    .filter_map(|(n, item)| self.any(item, &at.item(n)))
                    .collect(),
            )),
            Value::Bool(truth) => Some(Prop::Truth(*truth)),
            Value::Int(number) => Some(Prop::Whole(*number)),
            Value::Float(number) => Some(Prop::Number(*number)),
            Value::Str(_) => scalar::read(self, Kind::Text, value, at),
            Value::Nil => None,
        };
        self.depth -= 1;
        prop
    }
}

/// The line that the prelude wrote into a node.
fn line_of(map: &BTreeMap<String, Value>) -> Option<u32> {
    map.get("line")
        .and_then(Value::as_int)
        .and_then(|line| u32::try_from(line).ok())
        .filter(|line| *line > 0)
}
