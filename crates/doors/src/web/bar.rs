//! An app as pages name it: in its own bar, and in lists.

use super::visit::Visit;
use model::App;
use ui::page::app_bar::AppBar;
use ui::page::app_line::AppLine;

/// The bar above the pages of an app.
pub(super) fn of(visit: &Visit, app: &App) -> AppBar {
    AppBar {
        owner: app.owner_handle.to_string(),
        name: app.name.to_string(),
        title: app.manifest.title.clone(),
        release: app.release.as_ref().map(|_| app.release_number),
        mine: visit.is_owner(),
    }
}

/// An app in a list.
pub(super) fn line(app: &App) -> AppLine {
    AppLine {
        owner: app.owner_handle.to_string(),
        name: app.name.to_string(),
        title: app.manifest.title.clone(),
        summary: app.manifest.summary.clone(),
        forks: app.forks,
        fork_of: app.fork_of.as_ref().map(|fork| fork.address.clone()),
    }
}

/// The path of an app's page.
pub(super) fn path(app: &App) -> String {
    format!("/@{}/{}", app.owner_handle, app.name)
}
