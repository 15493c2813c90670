// Letters for somebody who works in a list all day. They mean nothing while something is typed, asked or switched off.
import Modal from "modal";

const OFF = "pedido-keys-off";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu]";

// Whether a key is pressed for what it means in a list: nothing is typed or asked, and no other key is held.
export function isMeant(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !event.target.closest(TYPING) && !document.querySelector("dialog[open], [role=menu]");
}

export function areOff() {
  try {
    return Boolean(localStorage.getItem(OFF));
  } catch {
    return false;
  }
}

export default {
  components: { Modal },
  template: `
    <button v-if="shown" type="button" class="btn quiet icon keys-button" :title="words.keys" :aria-label="words.keys" @click="asked = true">?</button>
    <modal v-if="asked" :label="words.keys" :words="words" @dismiss="asked = false">
      <h2>{{ words.keys }}</h2>
      <dl class="keys" :class="{ off }"><template v-for="[key, does] in offered" :key="key"><dt><kbd>{{ key }}</kbd></dt><dd>{{ does }}</dd></template></dl>
      <label class="keys-on"><input type="checkbox" :checked="!off" @change="turn($event.target.checked)"> {{ words.keysOn }}</label>
      <div class="form-end"><button type="button" class="btn" @click="asked = false">{{ words.close }}</button></div>
    </modal>`,
  emits: ["move", "pick", "menu", "act"],
  props: { shown: Boolean, actions: Array, selectable: Boolean, words: Object },
  data() {
    return { asked: false, off: areOff() };
  },
  mounted() {
    document.addEventListener("keydown", this.pressed);
  },
  unmounted() {
    document.removeEventListener("keydown", this.pressed);
  },
  computed: {
    lettered() {
      return this.actions.filter((action) => action.letter);
    },
    offered() {
      const rows = [["/", this.words.search], ["j", this.words.nextRow], ["k", this.words.previousRow], ["Enter", this.words.openRow]];
      if (this.selectable) rows.push(["x", this.words.pickThis], ["a", this.words.actions]);
      return [...rows, ...this.lettered.map((action) => [action.letter, action.label]), ["?", this.words.keys]];
    },
  },
  methods: {
    pressed(event) {
      if (!isMeant(event)) return;
      if (this.off && event.key !== "?") return;
      if (this.does(event.key)) event.preventDefault();
    },
    does(key) {
      const action = this.lettered.find((action) => action.letter === key);
      if (key === "/") this.search();
      else if (key === "j" || key === "k") this.$emit("move", key === "j" ? 1 : -1);
      else if (key === "x" && this.selectable) this.$emit("pick");
      else if (key === "a" && this.selectable) this.$emit("menu");
      else if (key === "?") this.asked = true;
      else if (action) this.$emit("act", action.key);
      else return false;
      return true;
    },
    // On a small screen the filters stand in a drawer.
    search() {
      window.dispatchEvent(new CustomEvent("pedido:filters"));
      this.$nextTick(() => document.querySelector(".filters input[type=search]")?.focus());
    },
    turn(on) {
      this.off = !on;
      try {
        on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
      } catch {
        // a browser that keeps nothing
      }
    },
  },
};
