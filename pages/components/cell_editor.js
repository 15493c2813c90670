// A cell of a table that becomes a field: Enter or a click opens it, Enter and Tab save it, Escape leaves it as it was.
export default {
  template: `
    <form v-if="open" class="cell-form" novalidate @submit.prevent="save(true)" @keydown="key">
      <select v-if="edit.options" ref="field" class="input" v-model="typed" v-bind="common" @change="save(true)" @blur="left">
        <option v-for="[value, name] in edit.options" :key="value" :value="value">{{ name }}</option>
      </select>
      <input v-else ref="field" class="input" v-model="typed" v-bind="common" inputmode="decimal" size="7" maxlength="40" autocomplete="off" @blur="left">
      <span v-if="refusal" :id="errorId" class="cell-error" role="alert">{{ refusal }}</span>
    </form>
    <button v-else type="button" ref="button" class="cell-button" :class="{ busy }" :tabindex="reached ? 0 : -1" @focus="$emit('reach')" @click="start"><span class="seen-not">{{ label }}: </span><slot v-if="!busy"></slot><span v-else class="cell-main">{{ shown }}</span></button>`,
  emits: ["save", "reach"],
  props: { edit: Object, place: String, label: String, answer: Object, reached: Boolean },
  data() {
    return { open: false, busy: false, typed: "", seen: "", refusal: "" };
  },
  computed: {
    errorId() {
      return "cell-" + this.place.replace(" ", "-");
    },
    common() {
      return { "aria-label": this.label, "aria-invalid": this.refusal ? "true" : null, "aria-describedby": this.refusal ? this.errorId : null };
    },
    shown() {
      return this.edit.options?.find(([value]) => value === this.typed)?.[1] ?? (this.typed || "–");
    },
  },
  watch: {
    answer({ refusal }) {
      this.busy = false;
      this.refusal = refusal;
      if (!refusal) return;
      // What was typed stands there again; after a refusal it counts against what stands there now.
      const isHere = document.activeElement === this.$refs.button || document.activeElement === document.body;
      this.seen = this.edit.value;
      this.open = true;
      if (isHere) this.$nextTick(() => this.$refs.field.focus());
    },
  },
  methods: {
    start() {
      if (this.busy) return;
      this.typed = this.seen = this.edit.value;
      this.refusal = "";
      this.open = true;
      this.$nextTick(() => {
        this.$refs.field.focus();
        this.$refs.field.select?.();
      });
    },
    key(event) {
      event.stopPropagation();
      if (event.key === "Escape") this.close(true);
      else if (event.key === "Tab") this.goOn(event);
    },
    // The next cell, or the one before, opens in its turn; after the last one Tab does what it always does.
    goOn(event) {
      const cells = [...this.$el.parentElement.closest("tbody").querySelectorAll(".cell-button, .cell-form")];
      const next = cells[cells.indexOf(this.$el) + (event.shiftKey ? -1 : 1)];
      this.save(false);
      if (!next) return;
      event.preventDefault();
      this.$nextTick(() => (next.matches("form") ? next.querySelector(".input").focus() : next.click()));
    },
    left() {
      if (this.open && !this.refusal) this.save(false);
    },
    save(stays) {
      if (!this.open) return;
      this.refusal = "";
      if (this.typed.trim() !== this.seen) {
        this.busy = true;
        this.$emit("save", { typed: this.typed.trim(), seen: this.seen });
      }
      this.close(stays);
    },
    close(stays) {
      this.open = false;
      this.refusal = "";
      if (stays) this.$nextTick(() => this.$refs.button?.focus());
    },
  },
};
