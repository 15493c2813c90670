// What was changed in rows outlives a reload, by hand or by the framework after a restart.
function keep(name, changed) {
  try {
    if (changed.length) sessionStorage.setItem(name, JSON.stringify(changed));
    else sessionStorage.removeItem(name);
  } catch {
    // a full or forbidden storage only costs this comfort
  }
}

function recall(name) {
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

const SETTLE_MS = 500;

// What rows to type into have in common. A component gives `memory()` (a name), `changed()` (what to remember of its
// rows) and `send(row)`, which tells the server what was typed, if `settled(row)` says that something was.
export const typedRows = {
  data() {
    return { typed: {} };
  },
  created() {
    this.timers = {};
    this.leave = () => this.rows.filter((row) => this.timers[row.key]).forEach(this.send);
    window.addEventListener("pagehide", this.leave);
  },
  mounted() {
    const kept = recall(this.memory());
    if (kept) this.$emit("restore", kept);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  watch: {
    // Another order stands here now: what was typed is in it.
    round() {
      this.typed = {};
    },
    rows() {
      keep(this.memory(), this.changed());
      // The keyboard stays where something happened, though what had the focus is gone.
      const next = this.next;
      this.next = "";
      if (next) this.$nextTick(() => this.$el.querySelector(next)?.focus());
    },
  },
  methods: {
    forget() {
      keep(this.memory(), []);
    },
    shown(row, field) {
      return this.typed[row.key]?.[field] ?? row[field];
    },
    type(row, field, text) {
      this.typed[row.key] = { ...this.typed[row.key], [field]: text.toWellFormed?.() ?? text };
      clearTimeout(this.timers[row.key]);
      this.timers[row.key] = setTimeout(() => this.send(row), SETTLE_MS);
    },
    settled(row) {
      const waits = Boolean(this.timers[row.key]);
      clearTimeout(this.timers[row.key]);
      delete this.timers[row.key];
      return waits;
    },
  },
};
