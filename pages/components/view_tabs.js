// The saved views of a list: each leads to what it keeps; what is changed can be kept.
export default {
  template: `
    <div class="views">
      <nav class="views-list" :aria-label="words.views" ref="list">
        <a v-for="view in views" :key="view.id" class="view" :href="view.href" :title="view.title || null" :aria-current="view.id === active ? 'page' : null" @click="open($event, view.id)"><span v-if="view.first" class="seen-not">{{ words.first }} </span><span v-if="view.first" aria-hidden="true">★ </span>{{ view.name }}<template v-if="changed && view.id === active"><i aria-hidden="true"></i><span class="seen-not"> ({{ words.changed }})</span></template></a>
      </nav>
      <button v-if="offer" type="button" class="btn small soft" @click="$emit('act', offer.key)">{{ offer.label }}</button>
      <div v-if="actions.length" class="menu-box" ref="box" @keydown.esc="close" @focusout="left">
        <button type="button" class="btn quiet icon" ref="opener" :title="words.more" :aria-label="words.more" :aria-expanded="menu ? 'true' : 'false'" @click="menu = !menu">⋯</button>
        <div v-if="menu" class="menu right">
          <button v-for="action in actions" :key="action.key" type="button" :class="{ danger: action.danger }" @click="act(action.key)">{{ action.label }}</button>
        </div>
      </div>
    </div>`,
  emits: ["open", "act"],
  props: { views: Array, active: Number, changed: Boolean, offer: Object, actions: Array, words: Object },
  data() {
    return { menu: false };
  },
  mounted() {
    document.addEventListener("pointerdown", this.pressed);
    this.bringIntoSight();
  },
  unmounted() {
    document.removeEventListener("pointerdown", this.pressed);
  },
  watch: {
    active() {
      this.$nextTick(this.bringIntoSight);
    },
  },
  methods: {
    // With a key held down, or in another tab, it is the link that it is.
    open(event, id) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.$emit("open", id);
    },
    act(key) {
      this.menu = false;
      this.$refs.opener.focus();
      this.$emit("act", key);
    },
    bringIntoSight() {
      const [list, tab] = [this.$refs.list, this.$refs.list.querySelector("[aria-current]")];
      if (tab) list.scrollLeft = Math.min(Math.max(list.scrollLeft, tab.offsetLeft + tab.offsetWidth - list.clientWidth), tab.offsetLeft);
    },
    close() {
      if (!this.menu) return;
      this.menu = false;
      this.$refs.opener.focus();
    },
    left(event) {
      if (event.relatedTarget && !this.$refs.box.contains(event.relatedTarget)) this.menu = false;
    },
    pressed(event) {
      if (!this.$refs.box?.contains(event.target)) this.menu = false;
    },
  },
};
