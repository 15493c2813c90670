// What would come into the cart, row by row: found, to be chosen, or unknown. Nothing is in it before "Add all".
import Stepper from "stepper";

const SETTLE_MS = 350;

export default {
  components: { Stepper },
  template: `
    <section class="preview" :aria-label="words.title" ref="all">
      <div v-if="done" class="notice ok" role="status"><span>{{ done }}</span><a class="btn primary" ref="cart" href="/cart">{{ words.toCart }}</a></div>
      <p v-if="leftOut" class="muted small">{{ leftOut }}</p>
      <div v-if="rows.length" class="panel">
        <div class="panel-head">
          <h2>{{ words.title }}</h2>
          <div class="chips" role="group" :aria-label="words.show">
            <button v-for="kind in kinds" :key="kind.key" type="button" class="chip" :aria-pressed="only === kind.key ? 'true' : 'false'" @click="only = only === kind.key ? '' : kind.key"><i class="dot" :class="kind.key" aria-hidden="true"></i>{{ kind.label }} {{ kind.count }}</button>
          </div>
        </div>
        <ul class="cart-lines preview-rows">
          <li v-for="row in shown" :key="row.key" :class="row.kind" :data-row="row.key">
            <template v-if="row.kind === 'found'">
              <a class="pic small-pic" :href="row.href" tabindex="-1" aria-hidden="true"><img v-if="row.picture && !broken[row.key]" :src="row.picture" alt="" loading="lazy" width="64" height="64" @error="broken[row.key] = true"><span v-else>{{ row.initials }}</span></a>
              <div class="what"><a class="strong" :href="row.href" target="_blank">{{ row.name }}</a><span class="muted small"><span class="mono">{{ row.sku }}</span> <span v-if="row.packs">· {{ row.packs }}</span></span><span v-for="remark in row.remarks" :key="remark" class="wait small">{{ remark }}</span><span v-if="row.hint" class="break small">{{ row.hint }}</span></div>
              <stepper :quantity="wanted[row.key] ?? row.quantity" :pack="row.pack" :min="row.min" :removable="false" :label="words.quantity + ' ' + row.name" :words="words" @set="set(row, $event)"></stepper>
              <div class="costs"><b>{{ row.total }}</b><span v-if="row.price" class="muted small">{{ row.price }} {{ row.unit }}</span></div>
            </template>
            <div v-else class="unclear">
              <span><b class="wait">{{ row.kind === 'ambiguous' ? words.ambiguous : words.unknown }}</b> <span class="mono wrap">{{ row.text }}</span> <span v-if="row.line" class="muted small">{{ row.line }}</span></span>
              <span v-for="remark in row.remarks" :key="remark" class="muted small">{{ remark }}</span>
              <div v-if="row.choices.length" class="choices-of" role="group" :aria-label="(row.kind === 'ambiguous' ? words.choose : words.meant) + ' ' + row.text"><span v-if="row.kind !== 'ambiguous' || row.choices.length > 1" class="muted small">{{ row.kind === 'ambiguous' ? words.choose : words.meant }}</span>
                <button v-for="choice in row.choices" :key="choice.id" type="button" class="btn small choice-of" @click="choose(row, choice)"><span>{{ choice.name }}</span><span class="mono muted">{{ choice.sku }}</span><span v-if="choice.price">{{ choice.price }}</span></button></div>
            </div>
            <button type="button" class="btn quiet icon remove" :aria-label="words.leaveOut + ': ' + (row.name || row.text)" :title="words.leaveOut" @click="drop(row)">×</button>
          </li>
        </ul>
        <div class="preview-end">
          <slot></slot>
          <p class="preview-sum" role="status"><b>{{ sum }}</b> <span v-if="rest" class="wait small">{{ rest }}</span></p>
          <button type="button" class="btn primary" ref="add" :class="{ busy: waiting }" :aria-disabled="waiting || !found ? 'true' : null" @click="add">{{ words.addAll }}</button>
        </div>
      </div>
      <div v-else-if="empty" class="panel empty"><strong>{{ empty.title }}</strong><p>{{ empty.text }}</p></div>
    </section>`,
  emits: ["set", "choose", "drop", "add"],
  props: { told: Array, round: Number, sum: String, rest: String, leftOut: String, done: String, empty: Object, focus: Boolean, answer: Number, words: Object },
  data() {
    return { rows: this.told.slice(), wanted: {}, waiting: false, broken: {}, only: "" };
  },
  created() {
    this.timers = {};
    this.leave = () => Object.keys(this.timers).forEach((key) => this.send(Number(key)));
    window.addEventListener("pagehide", this.leave);
  },
  mounted() {
    this.focusAdd();
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  computed: {
    kinds() {
      const labels = { found: this.words.found, ambiguous: this.words.ambiguous, unknown: this.words.unknown };
      const counted = Object.entries(labels).map(([key, label]) => ({ key, label, count: this.rows.filter((row) => row.kind === key).length }));
      return counted.filter((kind) => kind.count);
    },
    shown() {
      const some = this.only ? this.rows.filter((row) => row.kind === this.only) : this.rows;
      return some.length ? some : this.rows;
    },
    found() {
      return this.rows.some((row) => row.kind === "found");
    },
  },
  watch: {
    // A new list: the keyboard goes to the one next step.
    round() {
      this.rows = this.told.slice();
      this.forget();
      this.wanted = {};
      this.only = "";
      this.$nextTick(() => {
        if (this.done) this.$refs.cart?.focus();
        else if (this.focusAdd()) this.$refs.all.scrollIntoView({ block: "start", behavior: "smooth" });
      });
    },
    answer() {
      this.waiting = false;
    },
  },
  methods: {
    focusAdd() {
      if (!this.focus || !this.rows.length) return false;
      this.$refs.add.focus({ preventScroll: true });
      return true;
    },
    // One row is not as it was, or came to the list.
    patch(row) {
      const at = this.rows.findIndex((other) => other.key === row.key);
      if (at < 0) this.rows.unshift(row);
      else this.rows[at] = row;
      if (!this.timers[row.key]) delete this.wanted[row.key];
    },
    set(row, quantity) {
      this.wanted[row.key] = quantity;
      clearTimeout(this.timers[row.key]);
      this.timers[row.key] = setTimeout(() => this.send(row.key), SETTLE_MS);
    },
    send(key) {
      clearTimeout(this.timers[key]);
      delete this.timers[key];
      this.$emit("set", { key, quantity: this.wanted[key] });
    },
    // What was typed last goes with the whole list, or is about rows that are gone.
    forget() {
      Object.values(this.timers).forEach(clearTimeout);
      this.timers = {};
    },
    choose(row, choice) {
      this.$emit("choose", { key: row.key, id: choice.id });
      this.$nextTick(() => this.$el.querySelector(`[data-row="${row.key}"] .remove`)?.focus());
    },
    drop(row) {
      const at = this.shown.findIndex((other) => other.key === row.key);
      clearTimeout(this.timers[row.key]);
      delete this.timers[row.key];
      this.rows = this.rows.filter((other) => other.key !== row.key);
      this.$emit("drop", row.key);
      this.$nextTick(() => (this.$el.querySelectorAll(".remove")[Math.min(at, this.shown.length - 1)] || this.$refs.add)?.focus());
    },
    add() {
      if (this.waiting || !this.found) return;
      this.waiting = true;
      this.forget();
      this.$emit("add", this.rows.filter((row) => row.kind === "found").map((row) => [row.key, this.wanted[row.key] ?? row.quantity]));
    },
  },
};
