// A whole form: labels above controls, errors at their fields, and nothing typed ever lost.
import shownIn from "prepared";

const DRAFT_DELAY_MS = 400;
const LONGEST_AT_ONCE = 6000; // the shop takes messages up to 64 KB; quotes grow fourfold until they get there

const read = {};
const shared = (name) => (read[name] ??= shownIn(name).options);

export default {
  template: `
    <form class="form" novalidate @submit.prevent="send" @focusout="draftNow">
      <p v-if="summary" class="form-summary" role="alert" tabindex="-1" ref="summary">{{ summary }}</p>
      <template v-for="field in fields" :key="field.name">
      <h2 v-if="field.heading" class="form-heading">{{ field.heading }}</h2>
      <component v-show="!field.shownWith || values[field.shownWith]" :is="field.kind === 'radio' ? 'fieldset' : 'div'"
          class="field" :class="field.kind === 'trap' ? 'trap' : field.width" :aria-hidden="field.kind === 'trap' ? 'true' : null" :data-field="field.name">
        <legend v-if="field.kind === 'radio'">{{ field.label }} <span v-if="!field.required && !field.readonly" class="optional">({{ words.optional }})</span></legend>
        <label v-else-if="field.kind !== 'checkbox'" :for="at(field)">{{ field.label }}
          <span v-if="marksOptional && !field.required && !field.readonly" class="optional">({{ words.optional }})</span></label>

        <textarea v-if="field.kind === 'textarea'" class="input" v-bind="common(field)" :value="values[field.name]" @input="type(field, $event.target.value)"></textarea>

        <select v-else-if="field.kind === 'select'" class="input" v-bind="common(field)" :value="values[field.name]" @change="type(field, $event.target.value)">
          <option v-if="!options(field).some((option) => option[0] === '')" value="">{{ field.placeholder || words.choose }}</option>
          <option v-for="option in options(field)" :key="option[0]" :value="option[0]">{{ option[1] }}</option>
        </select>

        <label v-else-if="field.kind === 'checkbox'" class="check">
          <input type="checkbox" v-bind="common(field)" :checked="values[field.name]" @change="type(field, $event.target.checked)">
          <span>{{ field.label }} <a v-if="field.link" class="link" :href="field.link[1]" target="_blank" rel="noopener">{{ field.link[0] }}</a></span>
        </label>

        <div v-else-if="field.kind === 'radio'" class="choices">
          <label v-for="(option, i) in field.options" :key="option[0]" class="check">
            <input type="radio" v-bind="common(field)" :id="at(field) + (i ? '-' + i : '')" :value="option[0]" :checked="values[field.name] === option[0]" @change="type(field, option[0])">
            <span>{{ option[1] }}</span>
          </label>
        </div>

        <div v-else-if="field.kind === 'password'" class="with-eye">
          <input class="input" :type="shown[field.name] ? 'text' : 'password'" v-bind="common(field)" :value="values[field.name]" @input="type(field, $event.target.value)" spellcheck="false">
          <button type="button" :aria-pressed="shown[field.name] ? 'true' : 'false'" :aria-controls="at(field)" @click="shown[field.name] = !shown[field.name]">{{ shown[field.name] ? words.hide : words.show }}</button>
        </div>

        <div v-else-if="field.kind === 'color'" class="color">
          <input class="input" type="color" :aria-label="field.label" :disabled="field.readonly" :value="picked(field)" @input="type(field, $event.target.value)">
          <input class="input mono" type="text" v-bind="common(field)" :value="values[field.name]" @input="type(field, $event.target.value)" spellcheck="false">
        </div>

        <input v-else class="input" :type="inputType(field)" :inputmode="inputMode(field)" v-bind="common(field)" :value="values[field.name]" @input="type(field, $event.target.value)">

        <span v-if="errors[field.name]" class="error" :id="at(field) + '-error'">{{ errors[field.name] }}</span>
        <span v-if="field.doubt !== null" class="doubt" :id="at(field) + '-doubt'" role="status">{{ field.doubt }}</span>
        <span v-if="field.hint" class="hint" :id="at(field) + '-hint'">{{ field.hint }}</span>
        <a v-if="field.link && field.kind !== 'checkbox'" class="link small" :href="field.link[1]" target="_blank" rel="noopener">{{ field.link[0] }}</a>
      </component>
      </template>
      <div class="form-end">
        <button type="submit" class="btn primary" :class="[kind, { busy }]" :disabled="busy">{{ submit }}</button>
        <button v-if="secondary" type="button" class="btn" :disabled="busy" @click="$emit('secondary')">{{ secondary }}</button>
        <slot></slot>
      </div>
    </form>`,
  emits: ["send", "part", "draft", "secondary"],
  props: {
    id: String, fields: Array, submit: String, secondary: String, kind: String, drafts: Boolean, errors: Object, summary: String,
    attempt: Number, round: Number, words: Object,
  },
  data() {
    return { values: {}, typed: {}, shown: {}, busy: false };
  },
  computed: {
    // Mark the rarer sort: "(optional)" only where some fields are required.
    marksOptional() {
      return this.fields.some((field) => field.required);
    },
    memory() {
      return "pedido-form " + location.pathname + " " + this.fields.map((field) => field.name).join(",");
    },
  },
  created() {
    this.takeNew();
    this.leave = () => this.draftNow();
    window.addEventListener("pagehide", this.leave);
    document.addEventListener("visibilitychange", this.leave);
  },
  mounted() {
    // The form of a dialog is gone with it: what was typed about one row must not come back about another.
    this.passing = Boolean(this.$el.closest("dialog"));
    if (!this.passing) this.restore();
    if (this.attempt) this.focusError();
    if (this.draftDue) this.draftTimer = setTimeout(this.draftNow, DRAFT_DELAY_MS);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.leave);
    clearTimeout(this.draftTimer);
    this.forget(); // taken away by the page, so nobody will look for it after a reload
  },
  watch: {
    fields() {
      this.takeNew();
    },
    attempt() {
      this.$nextTick(this.focusError);
    },
    // Sent with every answer of the server, so that a lost message cannot leave the form shut.
    round() {
      this.busy = false;
    },
  },
  methods: {
    options(field) {
      return field.sharedAs ? shared(field.sharedAs) : field.options;
    },
    at(field) {
      return `${this.id}-${field.name}`;
    },
    common(field) {
      const wrong = this.errors[field.name];
      const described = [wrong && this.at(field) + "-error", field.doubt && this.at(field) + "-doubt", field.hint && this.at(field) + "-hint"].filter(Boolean).join(" ");
      const chosen = ["select", "checkbox", "radio"].includes(field.kind);
      return {
        id: this.at(field),
        name: field.name,
        maxlength: chosen ? null : field.maxLength,
        min: field.least || null,
        placeholder: chosen ? null : field.placeholder || null,
        autocomplete: field.autocomplete || (field.kind === "password" ? "off" : null),
        readonly: (!chosen && field.readonly) || null,
        disabled: (chosen && field.readonly) || null,
        tabindex: field.kind === "trap" ? -1 : null,
        "aria-required": field.required ? "true" : null,
        "aria-invalid": wrong ? "true" : null,
        "aria-describedby": described || null,
      };
    },
    inputType(field) {
      return { email: "email", tel: "tel", date: "date" }[field.kind] || "text";
    },
    inputMode(field) {
      return { number: "decimal", money: "decimal", email: "email", tel: "tel" }[field.kind] || null;
    },
    picked(field) {
      const color = String(this.values[field.name] || "");
      return /^#[0-9a-f]{6}$/i.test(color) ? color : "#808080";
    },
    // The server's values fill in only what nobody has typed into.
    takeNew() {
      for (const field of this.fields) if (!(field.name in this.typed)) this.values[field.name] = field.value;
    },
    type(field, value) {
      // Half of an emoji, as a pasted text may end with, could not be sent.
      this.values[field.name] = value.toWellFormed?.() ?? value;
      this.typed[field.name] = true;
      this.remember();
      if (!this.drafts) return;
      this.draftDue = true;
      if (field.kind === "select") return this.draftNow();
      clearTimeout(this.draftTimer);
      this.draftTimer = setTimeout(this.draftNow, DRAFT_DELAY_MS);
    },
    draftNow() {
      if (!this.draftDue || !this.drafts || this.busy) return;
      this.draftDue = false;
      clearTimeout(this.draftTimer);
      this.$emit("draft", this.answers(false));
    },
    answers(withSecrets) {
      const asked = this.fields.filter((field) => withSecrets || !field.secret);
      return Object.fromEntries(asked.map((field) => [field.name, this.values[field.name] ?? ""]));
    },
    send() {
      if (this.busy) return;
      this.busy = true;
      clearTimeout(this.draftTimer);
      this.draftDue = false;
      this.sendInParts(JSON.stringify(this.answers(true)));
    },
    // All but the last part go ahead; the event that sends carries the last one.
    sendInParts(answers) {
      let from = 0;
      let n = 0;
      while (answers.length - from > LONGEST_AT_ONCE) {
        const splits = /[\ud800-\udbff]/.test(answers[from + LONGEST_AT_ONCE - 1]); // not between the halves of an emoji
        const to = from + LONGEST_AT_ONCE - (splits ? 1 : 0);
        this.$emit("part", [n++, answers.slice(from, to)]);
        from = to;
      }
      this.$emit("send", from ? answers.slice(from) : this.answers(true));
    },
    focusError() {
      // Rows that are edited beside the form may be wrong, too: the first on the page is where to begin.
      const wrong = (this.$el.closest(".of-editing") || this.$el).querySelector("[aria-invalid=true]");
      if (wrong) wrong.focus();
      else if (this.summary) this.$refs.summary?.focus();
    },
    focusFirst() {
      document.getElementById(this.at(this.fields[0]))?.focus();
    },
    setValues(values) {
      for (const [name, value] of Object.entries(values)) {
        this.values[name] = value;
        delete this.typed[name];
      }
      this.remember();
    },
    letGo(kept) {
      this.busy = false;
      if (kept) return;
      this.forget();
      for (const field of this.fields) if (field.secret) this.values[field.name] = field.value;
    },
    reset() {
      this.forget();
      this.takeNew();
    },
    // A reload (by hand, or by the framework after a restart) brings back what was typed; secrets are never kept.
    remember() {
      if (this.passing) return;
      const kept = this.fields.filter((field) => field.name in this.typed && !field.secret);
      try {
        sessionStorage.setItem(this.memory, JSON.stringify(Object.fromEntries(kept.map((field) => [field.name, this.values[field.name]]))));
      } catch {
        // a full or forbidden storage only costs this comfort
      }
    },
    forget() {
      this.typed = {};
      try {
        sessionStorage.removeItem(this.memory);
      } catch {
        // as above
      }
    },
    restore() {
      const came = performance.getEntriesByType("navigation")[0]?.type;
      let kept = null;
      try {
        kept = JSON.parse(sessionStorage.getItem(this.memory));
      } catch {
        return;
      }
      if (!kept) return;
      if (came !== "reload" && came !== "back_forward") return this.forget();
      for (const field of this.fields) {
        if (!(field.name in kept)) continue;
        this.values[field.name] = kept[field.name];
        this.typed[field.name] = true;
        this.draftDue = true;
      }
    },
  },
};
