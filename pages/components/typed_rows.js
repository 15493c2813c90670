// What was changed in rows outlives a reload, by hand or by the framework after a restart.
export function keep(name, changed) {
  try {
    if (changed.length) sessionStorage.setItem(name, JSON.stringify(changed));
    else sessionStorage.removeItem(name);
  } catch {
    // a full or forbidden storage only costs this comfort
  }
}

export function recall(name) {
  const came = performance.getEntriesByType("navigation")[0]?.type;
  try {
    const kept = JSON.parse(sessionStorage.getItem(name));
    if (came === "reload" || came === "back_forward") return kept;
    sessionStorage.removeItem(name);
  } catch {
    // as above
  }
  return null;
}
