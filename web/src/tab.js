// The name of this tab, for the group and for other tabs.

export const TAB = Math.random().toString(36).slice(2);
