//! The walls around people's code: which layers a worker must have, and a command that builds one more.

use crate::failure::Failure;
use clap::Args;
use sandbox::jail::Layer;
use sandbox::worker::Launch;

/// What an operator decides about the sandbox.
#[derive(Args)]
pub(crate) struct Walls {
    /// Layers without which no code is run, with commas between: seccomp, no_new_privs, rlimits,
    /// landlock, namespaces, uid …; "none" for none.
    #[arg(long, value_delimiter = ',', default_value = "seccomp,no_new_privs,rlimits")]
    sandbox_require: Vec<String>,
    /// A command that starts each worker, like "bwrap --unshare-all --die-with-parent --ro-bind / /".
    #[arg(long)]
    sandbox_launch: Option<String>,
}

impl Walls {
    /// How workers are started: this same program, behind these walls.
    pub(super) fn launch(&self) -> Result<Launch, Failure> {
        let mut launch = crate::worker::launch()?;
        launch.require = self.required()?;
        let before = self.sandbox_launch.as_deref().unwrap_or("");
        launch.before = before.split_whitespace().map(str::to_owned).collect();
        Ok(launch)
    }

    fn required(&self) -> Result<Vec<Layer>, Failure> {
        if self.sandbox_require == ["none"] {
            eprintln!(
                "allot: careful: no layer of the sandbox is required, so people's code may run with less around it than you think."
            );
            return Ok(Vec::new());
        }
        let layer = |word: &String| {
            Layer::from_word(word).ok_or_else(|| {
                let known: Vec<&str> = Layer::ALL.iter().map(|layer| layer.word()).collect();
                Failure::usage(format!(
                    "--sandbox-require {word}: there is no such layer; there are {}, and none.",
                    known.join(", ")
                ))
            })
        };
        self.sandbox_require.iter().map(layer).collect()
    }
}
