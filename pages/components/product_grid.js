// A page of the catalogue: heading, order, product cards and the way to the other pages.
import Stepper from "stepper";

const SETTLE_MS = 350;

export default {
  components: { Stepper },
  template: `
    <section :aria-label="title">
      <div class="head">
        <div class="head-words"><component :is="level">{{ title }}</component><span v-if="range" class="muted small">{{ range }}</span></div>
        <select v-if="products.length && sorts.length" class="input sort" autocomplete="off" :aria-label="words.sort" :value="sort" @change="go($event.target.value)">
          <option v-for="option in sorts" :key="option.href" :value="option.href">{{ option.label }}</option>
        </select>
      </div>
      <ul v-if="chips.length" class="narrowed" :aria-label="words.narrowed">
        <li v-for="chip in chips" :key="chip.label + chip.href"><a class="chip on" :href="chip.href" :title="words.takeAway"><span>{{ chip.label }}</span> <span class="x" aria-hidden="true">×</span><span class="seen-not">, {{ words.takeAway }}</span></a></li>
        <li v-if="clear"><a class="link small" :href="clear">{{ words.clear }}</a></li>
      </ul>
      <p v-if="note" class="found-close" role="status">{{ note }}</p>
      <div v-if="!products.length" class="panel empty"><strong>{{ empty.title }}</strong><p>{{ empty.text }}</p><a v-if="empty.href" class="btn" :href="empty.href">{{ empty.action }}</a></div>
      <ul v-else class="cards">
        <li v-for="(product, i) in products" :key="product.id" class="card">
          <a class="pic" :href="product.href" tabindex="-1" aria-hidden="true">
            <img v-if="product.picture && !broken[product.id]" :src="product.picture" alt="" :loading="i < 8 ? 'eager' : 'lazy'" width="400" height="300" @error="broken[product.id] = true"><span v-else>{{ product.initials }}</span>
          </a>
          <div class="body">
            <span class="muted small mono sku">{{ product.sku }}</span>
            <a class="name" :href="product.href">{{ product.name }}</a>
            <span v-if="product.hint" class="break">{{ product.hint }}</span>
            <span class="price" :class="{ asked: !product.price }"><span v-if="product.price || product.instead">{{ product.price || product.instead }}</span> <small>{{ product.unit }}</small></span>
            <div v-if="product.choose" class="add"><a class="btn" :href="product.href">{{ product.choose }}</a></div>
            <div v-else class="add" :class="{ in: cartHas(product) }">
              <stepper :quantity="quantityOf(product)" :pack="product.pack" :min="product.min" :removable="cartHas(product)" :label="words.quantity + ' ' + product.name" :words="words" @set="set(product, $event)"></stepper>
              <a v-if="cartHas(product)" class="btn soft" href="/cart" :aria-label="words.inCart + ': ' + product.name">{{ words.inCart }}</a>
              <button v-else type="button" class="btn primary" :class="{ busy: waiting[product.id] }" :aria-disabled="waiting[product.id] ? 'true' : null" :aria-label="words.add + ': ' + product.name" @click="add(product)">{{ words.add }}</button>
            </div>
          </div>
        </li>
      </ul>
      <nav v-if="pages.length > 1" class="pages" :aria-label="words.pages">
        <a v-if="previous" class="btn" rel="prev" :href="previous">‹ <span>{{ words.previous }}</span></a>
        <template v-for="page in pages" :key="page.label + page.href">
          <span v-if="!page.href" class="gap">…</span><a v-else class="btn quiet" :class="{ on: page.current }" :aria-current="page.current ? 'page' : null" :href="page.href">{{ page.label }}</a>
        </template>
        <a v-if="next" class="btn" rel="next" :href="next"><span>{{ words.next }}</span> ›</a>
      </nav>
      <p v-if="sizes.length" class="sizes"><span>{{ words.perPage }}</span><a v-for="size in sizes" :key="size.label" :href="size.href" :aria-current="size.current ? 'true' : null">{{ size.label }}</a></p>
      <p class="seen-not" role="status">{{ announced }}</p>
    </section>`,
  emits: ["add", "set"],
  props: {
    title: String, level: { type: String, default: "h1" }, range: String, note: String, chips: { type: Array, default: () => [] }, clear: String,
    sort: String, sorts: { type: Array, default: () => [] }, products: Array, quantities: Object, pages: { type: Array, default: () => [] },
    previous: String, next: String, sizes: { type: Array, default: () => [] }, empty: { type: Object, default: () => ({}) }, answer: Number, words: Object,
  },
  data() {
    return { wanted: {}, waiting: {}, broken: {}, announced: "" };
  },
  created() {
    this.timers = {};
    this.leave = () => Object.keys(this.timers).forEach((id) => this.send(Number(id)));
    window.addEventListener("pagehide", this.leave);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  watch: {
    // Each answer of the shop ends the waiting; of what is in the cart, the cart's quantity counts from then on.
    answer() {
      for (const id of Object.keys(this.waiting)) {
        const product = this.products.find((product) => product.id === Number(id));
        if (product && this.cartHas(product)) this.announced = `${product.name}: ${this.words.inCart}`;
      }
      this.waiting = {};
      const isOld = (id) => !this.timers[id] && (this.quantities[id] || !this.wanted[id]);
      for (const id of Object.keys(this.wanted)) if (isOld(id)) delete this.wanted[id];
    },
  },
  methods: {
    cartHas(product) {
      return Boolean(this.quantities[product.id]);
    },
    quantityOf(product) {
      return this.wanted[product.id] ?? this.quantities[product.id] ?? product.min;
    },
    set(product, quantity) {
      this.wanted[product.id] = quantity;
      if (!this.cartHas(product)) return;
      clearTimeout(this.timers[product.id]);
      this.timers[product.id] = setTimeout(() => this.send(product.id), SETTLE_MS);
    },
    send(id) {
      clearTimeout(this.timers[id]);
      delete this.timers[id];
      this.$emit("set", { id, quantity: this.wanted[id] });
    },
    add(product) {
      if (this.waiting[product.id]) return;
      this.waiting[product.id] = true;
      this.$emit("add", { id: product.id, quantity: this.quantityOf(product) });
    },
    go(href) {
      window.location.href = href;
    },
  },
};
