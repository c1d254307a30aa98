//! The server's side: serving, accounts, tokens, backups.

mod backup;
mod bench;
mod doctor;
mod examples;
mod open;
mod people;
mod walls;
mod world;

pub(crate) use backup::{create as backup, restore};
pub(crate) use bench::{Bench, bench};
pub(crate) use doctor::{Doctor, doctor};
pub(crate) use people::{AddAccount, add_account, token};

use crate::failure::{Code, Failure};
use crate::say::announce;
use clap::Args;
use doors::beat::Beat;
use doors::outside::{Outside, Policy};
use doors::web::Web;
use group::Group;
use model::{Level, Problem};
use std::path::PathBuf;
use std::sync::Arc;
use walls::Walls;

/// Where a group keeps everything, unless another folder is named.
pub(crate) const DATA: &str = "./allotment-data";
/// Where it listens, unless another address is named.
const LISTEN: &str = "127.0.0.1:8080";

/// `allot serve`.
#[derive(Args)]
pub(crate) struct Serve {
    /// The folder of everything the group keeps.
    #[arg(long, default_value = DATA)]
    pub data: PathBuf,
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = LISTEN)]
    pub listen: String,
    /// The group's name in the world.
    #[arg(long)]
    pub host: Option<String>,
    /// A network or place that is not public and may be reached all the same, like 127.0.0.1 or git.lan:3000.
    #[arg(long)]
    pub allow_private: Vec<String>,
    #[command(flatten)]
    pub walls: Walls,
}

/// Starts a group, and ends when it is told to.
pub(crate) fn serve(serve: &Serve) -> Result<(), Failure> {
    #[cfg(feature = "crash-points")]
    if let Ok(point) = std::env::var("ALLOT_CRASH_AT") {
        model::crash::arm(point);
    }
    sandbox::jail::take_short_slices();
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|err| Failure::new(Code::App, format!("It cannot start: {err}.")))?;
    runtime.block_on(async {
        let listener = doors::listen::on(&serve.listen).await.map_err(|err| {
            Failure::usage(format!("It cannot listen on {}: {err}.", serve.listen))
                .try_next("allot serve --listen 127.0.0.1:0")
        })?;
        let address = listener.address().map_err(|err| Failure::new(Code::App, err.to_string()))?;
        let host = serve.host.clone().unwrap_or_else(|| format!("localhost:{}", address.port()));
        let (group, outside) = open_for_serving(serve, &host)?;
        let scratch = serve.data.join("git");
        Beat { group: group.clone(), outside, scratch, complain }.begin()?;
        announce(&format!("Allotment is running at {}", group.address("/")));
        welcome(&group)?;
        let web = Web::new(group.clone(), examples::EXAMPLES.into());
        listener
            .serve(web, stop())
            .await
            .map_err(|err| Failure::new(Code::App, format!("Serving ended: {err}.")))?;
        group.close()?;
        Ok(())
    })
}

fn open_for_serving(serve: &Serve, host: &str) -> Result<(Arc<Group>, Arc<Outside>), Failure> {
    let mut policy = Policy::public(host);
    for place in &serve.allow_private {
        let allowed = place.parse().map_err(|_| {
            Failure::usage(format!("--allow-private {place}: write a network like 10.0.0.0/8, or a place like git.lan:3000."))
        })?;
        policy.allow_private.push(allowed);
    }
    let outside = Arc::new(Outside::new(policy)?);
    let launch = Some(serve.walls.launch()?);
    let group = open::group(&serve.data, host, outside.clone(), launch)?;
    Ok((group, outside))
}

/// As long as nobody is here, each start prints a link that makes one person the admin.
fn welcome(group: &Group) -> Result<(), Failure> {
    if group.is_empty()? {
        let secret = group.invite(None, Level::Admin)?;
        let link = group.address(&format!("/join?invitation={secret}"));
        announce(&format!("Open this link to become its admin: {link}"));
        announce(
            "The link works once, for you alone. Stop the group with ctrl-c; what it keeps is in its data folder.",
        );
    }
    Ok(())
}

/// Tells the operator of a problem of the group's own.
fn complain(problem: &Problem) {
    eprintln!("allot: {} ({})", problem.public, problem.private());
}

/// Waits for ctrl-c or a polite kill.
async fn stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut ended) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = ended.recv() => {}
    }
}
