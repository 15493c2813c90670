// The variants of a product at one glance: a quantity for each, by one option or by two, and what they come to.
const MOST = 1000000;
const TEN_THOUSANDTHS = 10000;

export default {
  template: `
    <div class="matrix">
      <div class="matrix-box" tabindex="0" role="group" :aria-label="words.quantities">
        <table>
          <thead v-if="columns.length"><tr><th scope="col">{{ down.name }}</th><th v-for="value in columns" :key="value" scope="col">{{ value }}</th></tr></thead>
          <tbody>
            <tr v-for="row in down.values" :key="row">
              <th scope="row">{{ row }}<small v-if="!columns.length" class="muted mono">{{ at(row).sku }}</small></th>
              <td v-for="value in columns.length ? columns : ['']" :key="value" :class="{ on: at(row, value) && at(row, value).id === focused }">
                <template v-if="at(row, value)">
                  <input class="input" type="text" inputmode="numeric" maxlength="7" autocomplete="off" placeholder="0" :value="odd[at(row, value).id] ?? wanted[at(row, value).id] ?? ''" :aria-invalid="at(row, value).id in odd ? 'true' : null" :aria-label="spoken(at(row, value), row, value)" :aria-describedby="id + '-' + at(row, value).id" @focus="come(at(row, value), $event)" @input="type(at(row, value), $event)" @change="fit(at(row, value), $event)" @keydown.enter.prevent="add" @keydown.up.prevent="step(at(row, value), 1)" @keydown.down.prevent="step(at(row, value), -1)">
                  <span :id="id + '-' + at(row, value).id" class="under small"><span v-if="priceOf(at(row, value))">{{ priceOf(at(row, value)) }}</span><span v-if="at(row, value).pack > 1" class="muted">{{ words.packOf.replace('{n}', at(row, value).pack) }}</span><span v-if="at(row, value).stock" class="stock" :class="{ out: at(row, value).out }">{{ at(row, value).stock }}</span><span v-if="quantities[at(row, value).id]" class="in-cart">{{ words.hasInCart.replace('{n}', quantities[at(row, value).id]) }}</span></span>
                </template>
                <span v-else class="muted" aria-hidden="true">–</span>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <p v-if="corrected" class="wait small" role="status">{{ corrected }}</p>
      <div class="line matrix-end">
        <p class="grow" role="status"><b>{{ sum }}</b></p>
        <a v-if="!count && inCart" class="btn soft" href="/cart">{{ words.inCart }}</a>
        <button type="button" class="btn primary" :class="{ busy: waiting }" :aria-disabled="waiting || !count ? 'true' : null" @click="add">{{ words.addToCart }}</button>
      </div>
    </div>`,
  emits: ["many", "come"],
  props: { id: String, options: Array, variants: Array, quantities: Object, money: Object, answer: Number, words: Object },
  data() {
    return { wanted: {}, odd: {}, waiting: false, corrected: "", focused: 0 };
  },
  computed: {
    down() {
      return this.options[0];
    },
    columns() {
      return this.options[1]?.values || [];
    },
    places() {
      return new Map(this.variants.map((variant) => [this.options.map((option) => variant.options[option.name]).join("\n"), variant]));
    },
    chosen() {
      return this.variants.filter((variant) => this.wanted[variant.id] > 0);
    },
    count() {
      return this.chosen.reduce((sum, variant) => sum + this.wanted[variant.id], 0);
    },
    inCart() {
      return this.variants.some((variant) => this.quantities[variant.id]);
    },
    // Each line is rounded by itself, as in the cart: the total is the sum of what is shown there.
    sum() {
      if (!this.count) return "";
      const pieces = this.words.together.replace("{n}", this.count.toLocaleString(this.money.locale));
      if (this.chosen.some((variant) => !variant.tiers.length)) return pieces;
      const scale = 10 ** this.money.digits;
      const total = this.chosen.reduce((sum, variant) => sum + Math.floor((this.unitPrice(variant, this.wanted[variant.id]) * this.wanted[variant.id] * scale) / TEN_THOUSANDTHS + 0.5), 0);
      return pieces + " · " + this.amount(total / scale, this.money.digits);
    },
  },
  watch: {
    answer() {
      if (this.waiting && this.chosen.every((variant) => this.quantities[variant.id])) this.wanted = {};
      this.waiting = false;
    },
  },
  methods: {
    at(row, value = "") {
      return this.places.get(this.columns.length ? row + "\n" + value : row);
    },
    spoken(variant, row, value) {
      return [this.words.quantity, row, value].filter(Boolean).join(" ");
    },
    amount(number, most) {
      return new Intl.NumberFormat(this.money.locale, { style: "currency", currency: this.money.currency, maximumFractionDigits: most }).format(number);
    },
    // In ten-thousandths: unit prices have up to four decimals.
    unitPrice(variant, quantity) {
      return (variant.tiers.filter(([from]) => from <= quantity).at(-1) || variant.tiers[0])[1];
    },
    priceOf(variant) {
      if (!variant.tiers.length) return variant.instead;
      return this.amount(this.unitPrice(variant, this.wanted[variant.id] || variant.min) / TEN_THOUSANDTHS, 4);
    },
    come(variant, event) {
      this.focused = variant.id;
      event.target.select();
      this.$emit("come", variant);
    },
    put(variant, quantity) {
      if (quantity > 0) this.wanted[variant.id] = quantity;
      else delete this.wanted[variant.id];
    },
    type(variant, event) {
      const typed = event.target.value.trim();
      if (/^[0-9]*$/.test(typed)) {
        this.put(variant, Math.min(Number(typed), MOST));
        this.forgetOdd(variant);
      } else {
        this.put(variant, 0);
        this.odd[variant.id] = event.target.value; // it stays to be looked at, and does not count
      }
    },
    forgetOdd(variant) {
      delete this.odd[variant.id];
      if (this.corrected === this.words.whole) this.corrected = "";
    },
    hasOdd() {
      const is = Object.keys(this.odd).length > 0;
      if (is) this.corrected = this.words.whole;
      return is;
    },
    fitting(variant, quantity) {
      return Math.min(Math.ceil(Math.max(quantity, variant.min) / variant.pack), Math.floor(MOST / variant.pack)) * variant.pack;
    },
    fit(variant) {
      if (this.hasOdd()) return;
      const asked = this.wanted[variant.id];
      if (!asked || this.fitting(variant, asked) === asked) return (this.corrected = "");
      this.put(variant, this.fitting(variant, asked));
      this.corrected = this.words.became.replace("{name}", Object.values(variant.options).join(" ")).replace("{asked}", asked).replace("{quantity}", this.wanted[variant.id]);
    },
    step(variant, packs) {
      this.forgetOdd(variant);
      const asked = (this.wanted[variant.id] || 0) + packs * variant.pack;
      this.put(variant, asked < variant.min ? (packs > 0 ? variant.min : 0) : this.fitting(variant, asked));
    },
    add() {
      if (this.waiting || this.hasOdd() || !this.count) return;
      this.waiting = true;
      this.$emit("many", this.chosen.map((variant) => ({ id: variant.id, quantity: this.wanted[variant.id] })));
    },
  },
};
