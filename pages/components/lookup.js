// A field that looks things up while somebody types: one of what was found is chosen by keyboard or pointer.
const ASK_MS = 200;

export default {
  template: `
    <div class="field lookup">
      <label :for="id + '-text'">{{ label }}</label>
      <input class="input" type="text" role="combobox" maxlength="100" autocomplete="off" spellcheck="false" ref="text" :id="id + '-text'" :value="text" :placeholder="placeholder"
        :aria-invalid="error ? 'true' : null" aria-autocomplete="list" :aria-expanded="open ? 'true' : 'false'" :aria-controls="id + '-list'" :aria-activedescendant="open && pointed >= 0 ? id + '-' + pointed : null" :aria-describedby="[error && id + '-error', hint && id + '-hint'].filter(Boolean).join(' ') || null"
        @input="typed($event.target.value)" @keydown="key" @blur="shut">
      <ul v-if="open" class="suggestions" role="listbox" :id="id + '-list'" :aria-label="label">
        <li v-for="(option, i) in offered" :key="option.key" role="option" :id="id + '-' + i" :aria-selected="i === pointed ? 'true' : 'false'" @pointerdown.prevent="take(option)"><span>{{ option.text }}</span><span v-if="option.sub" class="muted">{{ option.sub }}</span></li>
        <li v-if="!offered.length" class="none" role="option" aria-disabled="true">{{ words.nothing }}</li>
      </ul>
      <span v-if="error" class="error" :id="id + '-error'">{{ error }}</span>
      <span v-if="hint" class="hint" :id="id + '-hint'">{{ hint }}</span>
      <span class="seen-not" role="status">{{ said }}</span>
    </div>`,
  emits: ["ask", "choose"],
  props: { id: String, label: String, hint: String, error: String, placeholder: String, found: Object, round: Number, said: String, words: Object },
  data() {
    return { text: "", open: false, offered: [], pointed: -1 };
  },
  watch: {
    // Answers to what was typed before come late, and are of no use any more.
    round() {
      if (this.found.text !== this.text.trim() || !this.text.trim() || document.activeElement !== this.$refs.text) return;
      this.offered = this.found.options;
      this.pointed = this.offered.length ? 0 : -1;
      this.open = true;
      if (this.hurried && this.offered.length === 1) this.take(this.offered[0]);
      this.hurried = false;
    },
  },
  methods: {
    typed(text) {
      this.text = text.toWellFormed?.() ?? text;
      this.hurried = false;
      clearTimeout(this.asking);
      if (!this.text.trim()) return this.shut();
      this.asking = setTimeout(this.ask, ASK_MS);
    },
    ask() {
      clearTimeout(this.asking);
      this.$emit("ask", this.text.trim());
    },
    take(option) {
      this.shut();
      this.text = "";
      this.$emit("choose", option.key);
      this.$refs.text.focus();
    },
    shut() {
      clearTimeout(this.asking);
      this.open = false;
      this.offered = [];
    },
    key(event) {
      if (event.key === "Escape" && this.open) this.shut();
      else if (event.key === "Enter" && this.open && this.offered[this.pointed]) this.take(this.offered[this.pointed]);
      else if (event.key === "Enter") this.hurry();
      else if (event.key === "ArrowDown" && this.open) this.pointed = Math.min(this.pointed + 1, this.offered.length - 1);
      else if (event.key === "ArrowUp" && this.open) this.pointed = Math.max(this.pointed - 1, 0);
      else if (event.key === "ArrowDown" && this.text.trim()) this.ask();
      else return;
      event.preventDefault();
    },
    // A whole code and Enter: the only one that is found is taken.
    hurry() {
      if (!this.text.trim()) return;
      this.hurried = true;
      this.ask();
    },
  },
};
