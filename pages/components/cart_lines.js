// The lines of the cart: quantities, totals, and removal that can be undone.
import Stepper from "stepper";

const SETTLE_MS = 350;

export default {
  components: { Stepper },
  template: `
    <div class="panel cart-lines">
      <ul v-if="rows.length">
        <li v-for="row in rows" :key="row.key" :class="{ ghost: row.ghost }">
          <template v-if="row.ghost">
            <span class="muted">{{ row.words }}</span><button type="button" class="btn small" :data-undo="row.id" :aria-label="words.undo + ': ' + row.words" @click="undo(row)">{{ words.undo }}</button>
          </template>
          <template v-else>
            <a class="pic small-pic" :href="row.href" tabindex="-1" aria-hidden="true"><img v-if="row.picture && !broken[row.id]" :src="row.picture" alt="" width="64" height="64" @error="broken[row.id] = true"><span v-else>{{ row.initials }}</span></a>
            <div class="what"><a class="strong" :href="row.href">{{ row.name }}</a><span class="muted small"><span class="mono">{{ row.sku }}</span> <span v-if="row.packs">· {{ row.packs }}</span></span><span v-if="row.hint" class="break small">{{ row.hint }}</span></div>
            <stepper :quantity="wanted[row.id] ?? row.quantity" :pack="row.pack" :min="row.min" :removable="true" :label="words.quantity + ' ' + row.name" :words="words" @set="set(row, $event)"></stepper>
            <div class="costs"><b>{{ row.total }}</b><span v-if="row.price" class="muted small">{{ row.price }} {{ row.unit }}</span></div>
            <button type="button" class="btn quiet icon remove" :data-line="row.id" :aria-label="words.remove + ': ' + row.name" :title="words.remove" @click="remove(row)">×</button>
          </template>
        </li>
      </ul>
      <div v-if="!lines.length" class="empty"><strong>{{ empty.title }}</strong><p>{{ empty.text }}</p><a class="btn primary" href="/">{{ empty.action }}</a></div>
      <p class="seen-not" role="status">{{ announced }}</p>
    </div>`,
  emits: ["set", "back"],
  props: { lines: Array, answer: Number, empty: Object, words: Object },
  data() {
    return { wanted: {}, ghosts: [], broken: {}, announced: "" };
  },
  created() {
    this.timers = {};
    this.leave = () => Object.keys(this.timers).forEach((id) => this.send(Number(id)));
    window.addEventListener("pagehide", this.leave);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  computed: {
    rows() {
      const gone = this.ghosts.map((ghost) => ghost.id);
      const rows = this.lines.filter((line) => !gone.includes(line.id)).map((line) => ({ ...line, key: line.id }));
      for (const ghost of this.ghosts) rows.splice(Math.min(ghost.at, rows.length), 0, ghost);
      return rows;
    },
  },
  watch: {
    answer() {
      for (const id of Object.keys(this.wanted)) if (!this.timers[id]) delete this.wanted[id];
    },
    lines(lines) {
      // A line that came back, by Undo or from another tab, needs no ghost.
      const ids = lines.map((line) => line.id);
      this.ghosts = this.ghosts.filter((ghost) => !ghost.settled || !ids.includes(ghost.id));
      for (const ghost of this.ghosts) if (!ids.includes(ghost.id)) ghost.settled = true;
      // Whoever is quick undoes what has not arrived yet: the lines come without it first.
      const back = lines.find((line) => line.id === this.undone);
      if (!back) return;
      this.undone = null;
      this.focus("line", back.id);
      this.announced = this.words.back.replace("{name}", back.name);
    },
  },
  methods: {
    // The keyboard stays where something happened, though what had the focus is gone.
    focus(what, id) {
      this.$nextTick(() => this.$el.querySelector(`[data-${what}="${id}"]`)?.focus());
    },
    set(row, quantity) {
      if (!quantity) return this.remove(row);
      this.wanted[row.id] = quantity;
      clearTimeout(this.timers[row.id]);
      this.timers[row.id] = setTimeout(() => this.send(row.id), SETTLE_MS);
    },
    send(id) {
      clearTimeout(this.timers[id]);
      delete this.timers[id];
      this.$emit("set", { id, quantity: this.wanted[id] });
    },
    remove(row) {
      this.undone = null;
      clearTimeout(this.timers[row.id]);
      delete this.timers[row.id];
      delete this.wanted[row.id];
      const at = this.rows.findIndex((other) => other.key === row.id);
      const words = this.words.removed.replace("{name}", row.name);
      this.ghosts.push({ key: "ghost-" + row.id, ghost: true, settled: false, id: row.id, at, words, quantity: row.quantity });
      this.announced = words;
      this.$emit("set", { id: row.id, quantity: 0 });
      this.focus("undo", row.id);
    },
    undo(ghost) {
      this.undone = ghost.id;
      const next = this.rows.slice(this.rows.indexOf(ghost) + 1).find((row) => !row.ghost);
      this.$emit("back", { id: ghost.id, quantity: ghost.quantity, before: next?.id ?? 0 });
      this.ghosts = this.ghosts.filter((other) => other.id !== ghost.id);
    },
  },
};
