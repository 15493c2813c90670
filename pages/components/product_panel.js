// One product: its pictures, its options, its price by quantity, and the way into the cart.
import Stepper from "stepper";
import VariantMatrix from "variant_matrix";

const SETTLE_MS = 350;

export default {
  components: { Stepper, VariantMatrix },
  template: `
    <div class="product">
      <div class="gallery">
        <div class="pic big"><img v-if="shown && !broken[shown]" :src="shown" :srcset="small ? small + ' 400w, ' + shown + ' 1200w' : null" sizes="(max-width: 900px) calc(100vw - 32px), 700px" :alt="name" @error="broken[shown] = true"><span v-else aria-hidden="true">{{ initials }}</span></div>
        <div v-if="usable.length > 1" class="thumbs" role="group" :aria-label="words.pictures">
          <button v-for="(picture, i) in usable" :key="picture.url" type="button" :aria-pressed="picture.url === shown ? 'true' : 'false'" :aria-label="words.picture + ' ' + (i + 1)" @click="picked = picture.url"><img :src="picture.thumb" alt="" width="64" height="64" @error="broken[picture.url] = true"></button>
        </div>
      </div>
      <div class="buy">
        <span class="muted small mono">{{ variant ? variant.sku : sku }}</span>
        <h1>{{ name }}</h1>
        <p class="price big-price" aria-live="polite"><template v-if="variant">{{ priceNow || variant.instead }} <small v-if="variant.unit">{{ variant.unit }}</small></template><template v-else>{{ from }}</template>
          <span v-if="note && (variant ? priceNow : from)" class="muted small price-note">{{ note }}</span></p>
        <variant-matrix v-if="isMatrix" :id="id + '-matrix'" :options="options" :variants="variants" :quantities="quantities" :money="money" :answer="answer" :words="words" @many="$emit('many', $event)" @come="come"></variant-matrix>
        <fieldset v-for="option in isMatrix ? [] : options" :key="option.name" class="option">
          <legend>{{ option.name }}<b v-if="chosen[option.name]">{{ chosen[option.name] }}</b></legend>
          <label v-for="value in option.values" :key="value" class="choice" :class="{ on: chosen[option.name] === value, off: !fits(option.name, value) }">
            <input type="radio" class="seen-not" :name="id + '-' + option.name" :value="value" :checked="chosen[option.name] === value" @change="choose(option.name, value)">{{ value }}
          </label>
        </fieldset>
        <template v-if="variant">
          <div v-if="!isMatrix" class="add" :class="{ in: inCart }">
            <stepper :quantity="quantity" :pack="variant.pack" :min="variant.min" :removable="inCart" :label="words.quantity" :words="words" @set="set"></stepper>
            <a v-if="inCart" class="btn soft" href="/cart">{{ words.inCart }}</a>
            <button v-else type="button" class="btn primary" :class="{ busy: waiting }" :aria-disabled="waiting ? 'true' : null" @click="add">{{ words.addToCart }}</button>
          </div>
          <p v-if="nextBreak" class="break small" role="status">{{ nextBreak }}</p>
          <p v-if="variant.sold" class="muted small">{{ variant.sold }}</p>
          <p v-if="variant.stock && !isMatrix" class="small stock" :class="{ out: variant.out }">{{ variant.stock }}</p>
          <table v-if="variant.breaks.length && variant.price" class="breaks">
            <caption>{{ words.breaks }}</caption>
            <thead><tr><th scope="col">{{ words.quantity }}</th><th scope="col" class="num">{{ words.unitPrice }}</th></tr></thead>
            <tbody><tr v-for="row in variant.breaks" :key="row.from" :class="{ on: !isMatrix && row === reached }"><td>{{ row.label }}</td><td class="num">{{ row.aligned }}</td></tr></tbody>
          </table>
        </template>
        <p v-else-if="!isMatrix" class="muted">{{ words.choose }}</p>
        <p class="seen-not" role="status">{{ announced }}</p>
      </div>
    </div>`,
  emits: ["add", "set", "many"],
  props: {
    id: String, name: String, sku: String, initials: String, from: String, note: String, pictures: Array, options: Array, variants: Array,
    start: Number, quantities: Object, money: Object, answer: Number, words: Object,
  },
  data() {
    const first = this.variants.find((variant) => variant.id === this.start);
    return { chosen: first ? { ...first.options } : {}, wanted: {}, picked: first?.picture || "", waiting: false, broken: {}, announced: "" };
  },
  computed: {
    variant() {
      if (this.variants.length === 1) return this.variants[0];
      return this.variants.find((variant) => this.options.every((option) => this.chosen[option.name] === (variant.options[option.name] ?? "–")));
    },
    // One option or two stand in a table with a quantity for each variant; with more, one variant is chosen first.
    isMatrix() {
      return this.variants.length > 1 && this.options.length <= 2;
    },
    nextBreak() {
      if (this.isMatrix || !this.variant.price) return "";
      const next = this.variant.breaks.find((row) => row.from > this.quantity);
      if (!next) return "";
      const enough = Math.ceil(next.from / this.variant.pack) * this.variant.pack; // whole packs may reach a further break
      const { price } = this.variant.breaks.filter((row) => row.from <= enough).at(-1);
      return this.words.moreTo.replace("{n}", (enough - this.quantity).toLocaleString(this.money.locale)).replace("{price}", price);
    },
    usable() {
      return this.pictures.filter((picture) => !this.broken[picture.url]);
    },
    small() {
      return this.pictures.find((picture) => picture.url === this.shown)?.thumb;
    },
    shown() {
      return this.picked || this.pictures[0]?.url || "";
    },
    inCart() {
      return Boolean(this.variant && this.quantities[this.variant.id]);
    },
    quantity() {
      return this.wanted[this.variant.id] ?? this.quantities[this.variant.id] ?? this.variant.min;
    },
    reached() {
      return this.variant.breaks.filter((row) => row.from <= this.quantity).at(-1);
    },
    priceNow() {
      return this.variant.price && this.reached ? this.reached.price : this.variant.price;
    },
  },
  created() {
    this.leave = () => this.timer && this.send();
    window.addEventListener("pagehide", this.leave);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  watch: {
    answer() {
      this.keepFocus();
      if (this.waiting && this.inCart) this.announced = `${this.name}: ${this.words.inCart}`;
      this.waiting = false;
      const isOld = (id) => !this.timer && (this.quantities[id] || !this.wanted[id]);
      for (const id of Object.keys(this.wanted)) if (isOld(id)) delete this.wanted[id];
    },
  },
  methods: {
    // Add becomes In cart, or the other way round: the keyboard goes to what has come in place of what had the focus.
    keepFocus() {
      const focused = document.activeElement;
      const place = focused.closest(".add");
      this.$nextTick(() => !focused.isConnected && place?.querySelector(":scope > .btn")?.focus());
    },
    valueOf(variant, name) {
      return variant.options[name] ?? "–";
    },
    fits(name, value) {
      return this.variants.some((variant) => this.valueOf(variant, name) === value && this.options.every((other) => other.name === name || !this.chosen[other.name] || this.valueOf(variant, other.name) === this.chosen[other.name]));
    },
    // A choice that does not go with the others takes them along to a variant that exists.
    choose(name, value) {
      if (this.timer) this.send();
      const wasFitting = this.fits(name, value);
      this.chosen[name] = value;
      if (!wasFitting) {
        const other = this.variants.find((variant) => this.valueOf(variant, name) === value);
        for (const option of this.options) if (this.chosen[option.name]) this.chosen[option.name] = this.valueOf(other, option.name);
      }
      if (!this.variant) return;
      if (this.variant.picture) this.picked = this.variant.picture;
      history.replaceState(history.state, "", this.variant.href);
    },
    // The cell the keyboard is in shows its picture, its price, and its address.
    come(variant) {
      for (const option of this.options) this.chosen[option.name] = this.valueOf(variant, option.name);
      if (variant.picture) this.picked = variant.picture;
      history.replaceState(history.state, "", variant.href);
    },
    set(quantity) {
      this.wanted[this.variant.id] = quantity;
      if (!this.inCart) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(this.send, SETTLE_MS);
    },
    send() {
      clearTimeout(this.timer);
      this.timer = null;
      this.$emit("set", { id: this.variant.id, quantity: this.quantity });
    },
    add() {
      if (this.waiting) return;
      this.waiting = true;
      this.$emit("add", { id: this.variant.id, quantity: this.quantity });
    },
  },
};
