// Categories in their order: dragged, or moved by buttons; what lies below one goes with it.
const EDGE = 0.3; // of a row's height: above is before it, below is after it, between is into it

export default {
  template: `
    <ol class="tree" :aria-label="label">
      <li v-for="row in rows" :key="row.path" :style="{ '--depth': row.depth - 1 }" :class="mark(row)"
          @dragover="over($event, row)" @dragleave="leave(row)" @drop.prevent="drop(row)">
        <span class="tree-grip" draggable="true" :title="words.drag" aria-hidden="true" @dragstart="start($event, row)" @dragend="from = to = null">⠿</span>
        <a class="tree-name" :href="row.href"><span v-if="row.within" class="seen-not">{{ row.within }}: </span>{{ row.name }}</a>
        <span class="muted small tree-count">{{ row.count }}</span>
        <span class="tree-acts">
          <button type="button" class="btn quiet icon small" :aria-disabled="row.first ? 'true' : null" :aria-label="fill(words.up, row)" :title="fill(words.up, row)" @click="row.first || step($event, row, -1)">↑</button>
          <button type="button" class="btn quiet icon small" :aria-disabled="row.last ? 'true' : null" :aria-label="fill(words.down, row)" :title="fill(words.down, row)" @click="row.last || step($event, row, 1)">↓</button>
          <button type="button" class="btn quiet small" :aria-label="fill(words.renameWhich, row)" @click="$emit('ask', { path: row.path, what: 'rename' })">{{ words.rename }}</button>
          <button type="button" class="btn quiet small" :aria-label="fill(words.moveWhich, row)" @click="$emit('ask', { path: row.path, what: 'move' })">{{ words.move }}</button>
          <button v-if="row.empty" type="button" class="btn quiet small danger" :aria-label="fill(words.removeWhich, row)" @click="$emit('ask', { path: row.path, what: 'remove' })">{{ words.remove }}</button>
        </span>
      </li>
    </ol>`,
  emits: ["step", "place", "ask"],
  props: { label: String, rows: Array, words: Object },
  data() {
    return { from: null, to: null, where: "" };
  },
  watch: {
    // A browser takes the focus from what is put elsewhere.
    rows() {
      this.$nextTick(() => this.pressed?.isConnected && document.activeElement === document.body && this.pressed.focus());
    },
  },
  methods: {
    step(event, row, by) {
      this.pressed = event.currentTarget;
      this.$emit("step", { path: row.path, by });
    },
    fill(words, row) {
      return words.replace("{name}", row.name);
    },
    mark(row) {
      return { moved: row.path === this.from, [`drop-${this.where}`]: row.path === this.to };
    },
    start(event, row) {
      this.from = row.path;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.name);
      event.dataTransfer.setDragImage(event.target.closest("li"), 20, 20);
    },
    // A category cannot lie in itself, so what lies below it is no place for it.
    over(event, row) {
      if (this.from === null || (row.path + " > ").startsWith(this.from + " > ")) return;
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      const at = (event.clientY - box.top) / box.height;
      this.to = row.path;
      this.where = at < EDGE ? "before" : at > 1 - EDGE ? "after" : "under";
    },
    leave(row) {
      if (this.to === row.path) this.to = null;
    },
    drop(row) {
      if (this.from !== null && this.to === row.path) this.$emit("place", { path: this.from, target: row.path, where: this.where });
      this.from = this.to = null;
    },
  },
};
