//! One setting of an app, as `settings{}` declares it.

use serde::{Deserialize, Serialize};

/// A declared setting. The form on the settings page is drawn from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    pub name: String,
    pub label: String,
    /// `text`, `multiline`, `number`, `check`, `url`, `git`, `email`, `date`, `time` or `select`.
    pub kind: String,
    /// What holds until a person changes it; numbers and truths as text.
    pub default: String,
    pub options: Vec<String>,
    pub why: String,
    pub hint: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
}
