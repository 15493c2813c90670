// Which columns of a table are shown.
import { menuBox } from "menu_box";

export default {
  mixins: [menuBox],
  template: `
    <div class="menu-box columns-menu" ref="box" @keydown.esc="close" @focusout="left">
      <button type="button" class="btn quiet" ref="opener" :aria-expanded="open ? 'true' : 'false'" @click="open = !open">{{ words.columns }} <span aria-hidden="true">▾</span></button>
      <div v-if="open" class="menu" role="group" :aria-label="words.columns">
        <label v-for="column in columns" :key="column.name" class="menu-entry"><input type="checkbox" :checked="now.includes(column.name)" :disabled="column.fixed" @change="choose(column.name, $event.target.checked)"> {{ column.label }}</label>
        <hr><button type="button" :disabled="isUsual" @click="tell(usual)">{{ words.usual }}</button>
      </div>
    </div>`,
  emits: ["choose"],
  props: { columns: Array, shown: Array, usual: Array, words: Object },
  data() {
    return { now: [...this.shown] };
  },
  watch: {
    shown() {
      this.now = [...this.shown];
    },
  },
  computed: {
    isUsual() {
      return this.now.length === this.usual.length && this.usual.every((name) => this.now.includes(name));
    },
  },
  methods: {
    choose(name, on) {
      this.tell(on ? [...this.now, name] : this.now.filter((each) => each !== name));
    },
    tell(names) {
      this.now = [...names];
      this.$emit("choose", this.now);
    },
  },
};
