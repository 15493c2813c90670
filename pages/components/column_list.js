// The columns of a file: which, in which order, under which titles.
const TYPING_MS = 400;

export default {
  template: `
    <div class="column-list">
      <ol :aria-label="words.columns">
        <li v-for="(column, i) in chosen" :key="column[0]" :class="{ over: over === i }" @dragover.prevent="over = i" @drop.prevent="drop(i)">
          <span class="grip" draggable="true" aria-hidden="true" @dragstart="dragged = i" @dragend="over = dragged = null">⠿</span>
          <label :for="id + '-' + column[0]">{{ labels[column[0]] }}</label>
          <input class="input" :id="id + '-' + column[0]" :value="column[1]" maxlength="80" spellcheck="false" @input="rename(column, $event.target.value)" @change="tell">
          <span class="line">
            <button type="button" class="btn quiet icon small" :ref="'up-' + column[0]" :disabled="!i" :aria-label="fill(words.up, column)" :title="fill(words.up, column)" @click="move(i, i - 1, 'up-')">↑</button>
            <button type="button" class="btn quiet icon small" :ref="'down-' + column[0]" :disabled="i === chosen.length - 1" :aria-label="fill(words.down, column)" :title="fill(words.down, column)" @click="move(i, i + 1, 'down-')">↓</button>
            <button type="button" class="btn quiet icon small" :aria-label="fill(words.remove, column)" :title="fill(words.remove, column)" @click="remove(i)">✕</button>
          </span>
        </li>
      </ol>
      <p class="seen-not" role="status">{{ said }}</p>
      <div v-if="left.length" class="line add">
        <select class="input" ref="add" :aria-label="words.add" value="" @change="add($event.target)">
          <option value="">{{ words.add }}</option>
          <option v-for="one in left" :key="one[0]" :value="one[0]">{{ one[1] }} · {{ one[0] }}</option>
        </select>
        <button type="button" class="btn" @click="addAll">{{ words.all }}</button>
      </div>
    </div>`,
  emits: ["change"],
  props: { id: String, columns: Array, round: Number, offered: Array, plain: Boolean, words: Object },
  data() {
    return { chosen: [], dragged: null, over: null, said: "" };
  },
  computed: {
    labels() {
      return Object.fromEntries(this.offered);
    },
    left() {
      const taken = new Set(this.chosen.map((column) => column[0]));
      return this.offered.filter((one) => !taken.has(one[0]));
    },
  },
  watch: {
    // The server puts other columns here; what is typed stays otherwise.
    round: {
      immediate: true,
      handler() {
        this.chosen = this.columns.map((column) => [...column]);
      },
    },
  },
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    fill(words, column) {
      return words.replace("{column}", this.labels[column[0]]);
    },
    rename(column, title) {
      column[1] = title.toWellFormed?.() ?? title;
      clearTimeout(this.timer);
      this.timer = setTimeout(this.tell, TYPING_MS);
    },
    tell() {
      clearTimeout(this.timer);
      this.$emit("change", this.chosen.map((column) => [...column]));
    },
    put(from, to) {
      this.chosen.splice(to, 0, ...this.chosen.splice(from, 1));
      this.said = this.words.place.replace("{column}", this.labels[this.chosen[to][0]]).replace("{n}", to + 1).replace("{total}", this.chosen.length);
      this.tell();
    },
    move(from, to, button) {
      const name = this.chosen[from][0];
      this.put(from, to);
      this.$nextTick(() => {
        const [again] = this.$refs[button + name];
        (again.disabled ? this.$refs[(button === "up-" ? "down-" : "up-") + name][0] : again).focus();
      });
    },
    drop(to) {
      if (this.dragged !== null && this.dragged !== to) this.put(this.dragged, to);
      this.over = this.dragged = null;
    },
    remove(i) {
      const [gone] = this.chosen.splice(i, 1);
      this.said = this.fill(this.words.removed, gone);
      this.tell();
      this.$nextTick(() => this.$refs.add?.focus());
    },
    titled(one) {
      return [one[0], this.plain ? one[0] : one[1]];
    },
    add(select) {
      const one = this.left.find((offered) => offered[0] === select.value);
      select.value = "";
      if (!one) return;
      this.chosen.push(this.titled(one));
      this.tell();
    },
    addAll() {
      this.chosen.push(...this.left.map(this.titled));
      this.tell();
    },
  },
};
