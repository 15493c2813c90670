// A page of the catalogue: heading, order, product cards and the way to the other pages; beside them categories and filters.
import CatalogFilters from "catalog_filters";
import CategoryNav from "category_nav";
import shownIn from "prepared";
import Stepper from "stepper";

const SETTLE_MS = 350;

// Where first_look.js has drawn, the framework's scripts begin when that is on the screen, and it goes when they have, as
// the framework would style it again and again. The page is built in the same task: nobody sees it without the one or the other.
const begin = ({ href: src }) =>
  new Promise((end) => document.head.append(Object.assign(document.createElement("script"), { src, async: false, onload: end, onerror: end })));
await window.firstLook;
await Promise.all([...document.querySelectorAll("link[as=script]")].map(begin));
document.getElementById("first-look")?.remove();
// About as many products as are to be seen without scrolling; the others follow them at once.
const FIRST = Math.ceil(innerWidth / 320) * Math.ceil(innerHeight / 450);

export default {
  components: { CatalogFilters, CategoryNav, Stepper },
  template: `
    <div :class="{ 'shop-cols': hasSide }">
      <div v-if="hasSide" class="shop-side">
        <category-nav v-if="shown.categories.length" :entries="shown.categories" :words="shown.words"></category-nav>
        <catalog-filters v-if="shown.filters.length" :groups="shown.filters" :count="shown.activeFilters" :words="shown.words"></catalog-filters>
      </div>
      <section :aria-label="shown.title">
        <div class="head">
          <div class="head-words"><component :is="shown.level">{{ shown.title }}</component><span v-if="shown.range" class="muted small">{{ shown.range }}</span></div>
          <select v-if="shown.products.length && shown.sorts.length" class="input sort" autocomplete="off" :aria-label="shown.words.sort" :value="shown.sort" @change="go($event.target.value)">
            <option v-for="option in shown.sorts" :key="option.href" :value="option.href">{{ option.label }}</option>
          </select>
        </div>
        <ul v-if="shown.chips.length" class="narrowed" :aria-label="shown.words.narrowed">
          <li v-for="chip in shown.chips" :key="chip.label + chip.href"><a class="chip on" :href="chip.href" :title="shown.words.takeAway"><span>{{ chip.label }}</span> <span class="x" aria-hidden="true">×</span><span class="seen-not">, {{ shown.words.takeAway }}</span></a></li>
          <li v-if="shown.clear"><a class="link small" :href="shown.clear">{{ shown.words.clear }}</a></li>
        </ul>
        <p v-if="shown.note" class="found-close" role="status">{{ shown.note }}</p>
        <div v-if="!shown.products.length" class="panel empty"><strong>{{ shown.empty.title }}</strong><p>{{ shown.empty.text }}</p><a v-if="shown.empty.href" class="btn" :href="shown.empty.href">{{ shown.empty.action }}</a></div>
        <ul v-else class="cards">
          <li v-for="(product, i) in shown.products.slice(0, many)" :key="product.id" class="card">
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
                <stepper :quantity="quantityOf(product)" :pack="product.pack" :min="product.min" :removable="cartHas(product)" :label="shown.words.quantity + ' ' + product.name" :words="shown.words" @set="set(product, $event)"></stepper>
                <a v-if="cartHas(product)" class="btn soft" href="/cart" :aria-label="shown.words.inCart + ': ' + product.name">{{ shown.words.inCart }}</a>
                <button v-else type="button" class="btn primary" :class="{ busy: waiting[product.id] }" :aria-disabled="waiting[product.id] ? 'true' : null" :aria-label="shown.words.add + ': ' + product.name" @click="add(product)">{{ shown.words.add }}</button>
              </div>
            </div>
          </li>
        </ul>
        <nav v-if="shown.pages.length > 1" class="pages" :aria-label="shown.words.pages">
          <a v-if="shown.previous" class="btn" rel="prev" :href="shown.previous">‹ <span>{{ shown.words.previous }}</span></a>
          <template v-for="page in shown.pages" :key="page.label + page.href">
            <span v-if="!page.href" class="gap">…</span><a v-else class="btn quiet" :class="{ on: page.current }" :aria-current="page.current ? 'page' : null" :href="page.href">{{ page.label }}</a>
          </template>
          <a v-if="shown.next" class="btn" rel="next" :href="shown.next"><span>{{ shown.words.next }}</span> ›</a>
        </nav>
        <p v-if="shown.sizes.length" class="sizes"><span>{{ shown.words.perPage }}</span><a v-for="size in shown.sizes" :key="size.label" :href="size.href" :aria-current="size.current ? 'true' : null">{{ size.label }}</a></p>
        <p class="seen-not" role="status">{{ announced }}</p>
      </section>
    </div>`,
  emits: ["add", "set"],
  props: { shownIn: String, quantities: Object, answer: Number },
  data() {
    return { shown: shownIn(this.shownIn), many: FIRST, wanted: {}, waiting: {}, broken: {}, announced: "" };
  },
  computed: {
    hasSide() {
      return this.shown.categories.length > 0 || this.shown.filters.length > 0;
    },
  },
  created() {
    this.timers = {};
    this.leave = () => Object.keys(this.timers).forEach((id) => this.send(Number(id)));
    window.addEventListener("pagehide", this.leave);
  },
  mounted() {
    requestAnimationFrame(() => requestAnimationFrame(() => (this.many = this.shown.products.length)));
  },
  unmounted() {
    window.removeEventListener("pagehide", this.leave);
  },
  watch: {
    // Each answer of the shop ends the waiting; of what is in the cart, the cart's quantity counts from then on.
    answer() {
      this.keepFocus();
      for (const id of Object.keys(this.waiting)) {
        const product = this.shown.products.find((product) => product.id === Number(id));
        if (product && this.cartHas(product)) this.announced = `${product.name}: ${this.shown.words.inCart}`;
      }
      this.waiting = {};
      const isOld = (id) => !this.timers[id] && (this.quantities[id] || !this.wanted[id]);
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
