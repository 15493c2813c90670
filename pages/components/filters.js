// The panel that filters a list, with the active filters as chips above it.
const TYPING_MS = 350;
const SUGGEST_MS = 200;
const DAY_MS = 24 * 3600 * 1000;
const NARROW = "(max-width: 1100px)";

export default {
  template: `
    <div class="filters-box">
      <div v-if="active.length" class="filters-on" role="group" :aria-label="words.filters">
        <button v-for="chip in active" :key="chip.key" type="button" class="chip" :aria-label="words.remove.replace('{filter}', chip.label)" @click="drop(chip)">{{ chip.label }} <span aria-hidden="true">×</span></button>
        <button type="button" class="reset" @click="reset">{{ words.reset }}</button>
      </div>
      <component :role="narrow ? null : 'search'" :is="narrow ? 'dialog' : 'div'" class="filters" ref="panel" :aria-label="words.filters" @click="outside">
        <div class="filters-head"><h2>{{ words.filters }}</h2><button type="button" class="btn quiet icon" :aria-label="words.close" @click="close">×</button></div>
        <component v-for="filter in asked" :key="filter.name" :is="single(filter) ? 'div' : 'fieldset'" class="filter" :data-filter="filter.name">
          <label v-if="single(filter)" :for="at(filter)">{{ filter.label }}</label><legend v-else>{{ filter.label }}</legend>

          <input v-if="filter.kind === 'search'" class="input" type="search" maxlength="100" :id="at(filter)" :value="now[filter.name]" :placeholder="filter.placeholder" autocomplete="off" @input="typed(filter, $event.target.value)" @keydown.enter="tell">

          <div v-else-if="filter.kind === 'dates'" class="dates">
            <label><span>{{ words.from }}</span><input class="input" type="date" :value="now[filter.name + '_from']" :max="now[filter.name + '_to'] || null" @change="put(filter.name + '_from', $event.target.value)"></label>
            <label><span>{{ words.to }}</span><input class="input" type="date" :value="now[filter.name + '_to']" :min="now[filter.name + '_from'] || null" @change="put(filter.name + '_to', $event.target.value)"></label>
            <div class="chips quick"><button v-for="span in spans" :key="span.label" type="button" class="chip" :aria-pressed="covers(filter, span) ? 'true' : 'false'" @click="cover(filter, span)">{{ span.label }}</button></div>
          </div>

          <div v-else-if="filter.kind === 'chips'" class="chips">
            <button v-for="option in [['', filter.any_label || words.any], ...filter.options]" :key="option[0]" type="button" class="chip" :aria-pressed="chosen(filter, option[0]) ? 'true' : 'false'" @click="choose(filter, option[0])">{{ option[1] }}</button>
          </div>

          <template v-else>
            <input class="input" type="text" role="combobox" maxlength="100" autocomplete="off" :id="at(filter)" :placeholder="filter.placeholder || words.any" :value="pickText(filter)"
              aria-autocomplete="list" :aria-expanded="open === filter.name ? 'true' : 'false'" :aria-controls="at(filter) + '-list'" :aria-activedescendant="open === filter.name && pointed >= 0 ? at(filter) + '-' + pointed : null"
              @focus="lookUp(filter, '')" @input="lookUp(filter, $event.target.value)" @keydown="pickKey($event, filter)" @blur="open = ''; writing = null">
            <button v-if="now[filter.name]" type="button" class="clear" :aria-label="words.clear" @click="put(filter.name, '')">×</button>
            <ul v-if="open === filter.name" class="suggestions" role="listbox" :id="at(filter) + '-list'" :aria-label="filter.label">
              <li v-for="(option, i) in offered" :key="option[0]" role="option" :id="at(filter) + '-' + i" :aria-selected="i === pointed ? 'true' : 'false'" @pointerdown.prevent="take(filter, option)">{{ option[1] }}</li>
              <li v-if="!offered.length" class="none" role="option" aria-disabled="true">{{ words.nothing }}</li>
            </ul>
          </template>
        </component>
        <button type="button" class="btn quiet reset" :disabled="!active.length" @click="reset">{{ words.reset }}</button>
        <div class="filters-end"><button type="button" class="btn" @click="reset">{{ words.reset }}</button><button type="button" class="btn primary" @click="close">{{ words.show }}</button></div>
      </component>
    </div>`,
  emits: ["change", "suggest"],
  props: { id: String, filters: Array, values: Object, labels: Object, set: Number, suggestions: Object, suggested: Number, timeZone: String, words: Object },
  data() {
    return { now: { ...this.values }, names: { ...this.labels }, open: "", offered: [], pointed: -1, writing: null, narrow: matchMedia(NARROW).matches };
  },
  mounted() {
    this.media = matchMedia(NARROW);
    this.media.addEventListener("change", this.resized);
    window.addEventListener("pedido:filters", this.openPanel);
    this.count();
  },
  unmounted() {
    this.media.removeEventListener("change", this.resized);
    window.removeEventListener("pedido:filters", this.openPanel);
    clearTimeout(this.timer);
    clearTimeout(this.asking);
  },
  watch: {
    set() {
      clearTimeout(this.timer);
      this.now = { ...this.values };
      Object.assign(this.names, this.labels);
    },
    suggested() {
      if (this.suggestions.name !== this.awaited) return;
      this.offered = this.suggestions.options;
      this.pointed = this.offered.length && this.suggestions.text ? 0 : -1;
      if (this.focused(this.awaited)) this.open = this.awaited;
    },
    active() {
      this.count();
    },
  },
  computed: {
    asked() {
      return this.filters.filter((filter) => !filter.set_elsewhere);
    },
    spans() {
      const today = this.today();
      const monthEnded = this.earlier(today.slice(0, 8) + "01", 1);
      return [
        { label: this.words.today, from: today, to: today },
        { label: this.words.week, from: this.earlier(today, 6), to: today },
        { label: this.words.month, from: today.slice(0, 8) + "01", to: today },
        { label: this.words.lastMonth, from: monthEnded.slice(0, 8) + "01", to: monthEnded },
      ];
    },
    active() {
      return this.filters.flatMap((filter) => {
        const chip = (label) => [{ key: filter.name, filter, label }];
        if (filter.kind === "dates") {
          const words = this.period(this.now[filter.name + "_from"], this.now[filter.name + "_to"]);
          return words ? chip(words) : [];
        }
        const value = this.now[filter.name];
        if (!value) return [];
        if (filter.kind === "search") return chip(filter.set_elsewhere ? `${filter.label}: ${value}` : `“${value}”`);
        if (filter.kind === "pick") return chip(this.names[filter.name] || value);
        const labels = filter.options.filter((option) => this.chosen(filter, option[0])).map((option) => option[1]).join(", ");
        return chip(filter.label ? `${filter.label}: ${labels}` : labels);
      });
    },
  },
  methods: {
    at(filter) {
      return `${this.id}-${filter.name}`;
    },
    single(filter) {
      return filter.kind === "search" || filter.kind === "pick";
    },
    // The shop's day, not the browser's.
    today() {
      return new Intl.DateTimeFormat("en-CA", { timeZone: this.timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
    },
    earlier(day, days) {
      return new Date(Date.parse(day + "T12:00:00Z") - days * DAY_MS).toISOString().slice(0, 10);
    },
    day(iso) {
      const language = document.documentElement.lang || undefined;
      return new Date(iso + "T12:00:00Z").toLocaleDateString(language, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
    },
    period(from, to) {
      if (from && to) return from === to ? this.day(from) : `${this.day(from)} – ${this.day(to)}`;
      if (from) return this.words.since.replace("{date}", this.day(from));
      return to ? this.words.until.replace("{date}", this.day(to)) : "";
    },
    covers(filter, span) {
      return this.now[filter.name + "_from"] === span.from && this.now[filter.name + "_to"] === span.to;
    },
    cover(filter, span) {
      const off = this.covers(filter, span);
      this.now[filter.name + "_from"] = off ? "" : span.from;
      this.put(filter.name + "_to", off ? "" : span.to);
    },
    typed(filter, text) {
      this.now[filter.name] = text;
      clearTimeout(this.timer);
      this.timer = setTimeout(this.tell, TYPING_MS);
    },
    valuesOf(filter) {
      return this.now[filter.name] ? this.now[filter.name].split(",") : [];
    },
    chosen(filter, value) {
      if (!filter.several || !value) return this.now[filter.name] === value;
      return this.valuesOf(filter).includes(value);
    },
    choose(filter, value) {
      if (!filter.several || !value) return this.put(filter.name, value);
      const before = this.valuesOf(filter);
      const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
      this.put(filter.name, after.length < filter.options.length ? after.join(",") : "");
    },
    put(key, value) {
      this.now[key] = value;
      this.tell();
    },
    drop(chip) {
      for (const key of Object.keys(this.now)) if (key === chip.key || key === chip.key + "_from" || key === chip.key + "_to") this.now[key] = "";
      this.tell();
    },
    reset() {
      for (const key of Object.keys(this.now)) this.now[key] = "";
      this.tell();
    },
    tell() {
      clearTimeout(this.timer);
      this.$emit("change", { ...this.now });
    },
    pickText(filter) {
      if (this.writing !== null && this.writingIn === filter.name) return this.writing;
      return this.now[filter.name] ? this.names[filter.name] || this.now[filter.name] : "";
    },
    lookUp(filter, text) {
      this.writing = text || (this.focused(filter.name) && this.writing !== null) ? text : null;
      this.writingIn = this.awaited = filter.name;
      clearTimeout(this.asking);
      this.asking = setTimeout(() => this.$emit("suggest", { name: filter.name, text }), text ? SUGGEST_MS : 0);
    },
    focused(name) {
      return document.activeElement?.id === `${this.id}-${name}`;
    },
    take(filter, option) {
      this.names[filter.name] = option[1];
      this.open = "";
      this.writing = null;
      this.put(filter.name, option[0]);
    },
    // Suggestions still on their way must not open the list again.
    shut() {
      clearTimeout(this.asking);
      this.open = this.awaited = "";
    },
    pickKey(event, filter) {
      if (event.key === "Escape" && this.open) this.shut();
      else if (event.key === "Enter" && this.open && this.offered[this.pointed]) this.take(filter, this.offered[this.pointed]);
      else if (event.key === "ArrowDown" && this.open) this.pointed = Math.min(this.pointed + 1, this.offered.length - 1);
      else if (event.key === "ArrowUp" && this.open) this.pointed = Math.max(this.pointed - 1, 0);
      else if (event.key === "ArrowDown") this.lookUp(filter, event.target.value);
      else return;
      event.preventDefault();
    },
    // On a small screen the same panel is a sheet over the page.
    openPanel() {
      if (this.narrow && !this.$refs.panel.open) this.$refs.panel.showModal();
    },
    close() {
      this.$refs.panel.close();
    },
    outside(event) {
      if (event.target === this.$refs.panel && this.$refs.panel.open && event.clientY < this.$refs.panel.getBoundingClientRect().top) this.close();
    },
    resized(event) {
      if (!event.matches && this.$refs.panel.open) this.close();
      this.narrow = event.matches;
    },
    count() {
      window.pedidoActiveFilters = this.active.length;
      window.dispatchEvent(new CustomEvent("pedido:filtered", { detail: this.active.length }));
    },
  },
};
