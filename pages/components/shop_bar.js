// The buyer's header: logo, search, sign-in, and a slot for the cart button. What is typed into the search is looked up at
// once; the keyboard goes through the products and their buttons as the ARIA pattern "combobox with a grid" says.
const TYPING_MS = 120;
const LEAST = 2; // letters; of other scripts one will do
const PRODUCT = 0;
const ADD = 1;

export default {
  template: `
    <header class="bar of-shop">
      <a class="skip" :href="content">{{ words.skip }}</a>
      <a class="logo" href="/" :aria-label="name + ', ' + words.home">
        <img v-if="logo" :src="logo" alt=""><span v-else>{{ brand[0] }}<b>.</b>{{ brand[1] }}</span>
      </a>
      <form class="search" role="search" action="/" method="get" ref="form" @focusout="left" @submit="shut">
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" aria-hidden="true"><circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/></svg>
        <input class="input" type="search" name="q" maxlength="100" ref="field" :value="text" :placeholder="words.search" :aria-label="words.search" autocomplete="off" spellcheck="false"
          role="combobox" aria-autocomplete="list" aria-haspopup="grid" :aria-expanded="open ? 'true' : 'false'" :aria-controls="open ? at('grid') : null" :aria-activedescendant="open && row >= 0 ? at(row, column) : null"
          @input="typed" @keydown="pressed" @focus="look">
        <div v-show="open" class="suggested" @mousedown.prevent>
          <div v-if="found.length" role="grid" :id="at('grid')" :aria-label="words.suggestions">
            <div v-for="(product, i) in found" :key="product.id" role="row" class="found-row" :class="{ on: i === row }">
              <div role="gridcell" :id="at(i, 0)" :class="{ on: i === row && !column }" :aria-selected="i === row && !column ? 'true' : 'false'">
                <a :href="product.href" tabindex="-1">
                  <span class="pic"><img v-if="product.picture && !broken[product.id]" :src="product.picture" alt="" width="48" height="48" @error="broken[product.id] = true"><span v-else aria-hidden="true">{{ product.initials }}</span></span>
                  <span class="what"><span class="found-name">{{ product.name }}</span><span class="muted small mono">{{ product.sku }}</span></span>
                  <span class="costs"><b v-if="product.price">{{ product.price }}</b><span v-else class="muted small">{{ product.instead }}</span><span class="muted small">{{ product.unit }}</span></span>
                </a>
              </div>
              <div role="gridcell" :id="at(i, 1)" :class="{ on: i === row && column }" :aria-selected="i === row && column ? 'true' : 'false'">
                <a v-if="product.choose" class="btn small" :href="product.href" tabindex="-1" :aria-label="product.choose + ': ' + product.name">{{ words.options }}</a>
                <button v-else type="button" class="btn small" :class="[added[product.id] ? 'soft' : 'primary', { busy: waiting === product.id }]" tabindex="-1" :aria-label="(added[product.id] ? words.inCart : words.add) + ': ' + product.name" @click="add(product)">{{ added[product.id] ? words.inCart : words.add }}</button>
              </div>
            </div>
          </div>
          <p v-else class="found-none muted">{{ said }}</p>
          <a v-if="showAll" class="found-all" :href="all">{{ showAll }}</a>
        </div>
        <p class="seen-not" role="status">{{ announced }}</p>
      </form>
      <span class="grow"></span>
      <a class="bar-link to-quick-order" href="/quick-order">{{ words.quickOrder }}</a>
      <a v-if="signedInAs" class="bar-link" href="/account" :title="signedInAs">{{ words.requests }}</a>
      <a v-else class="bar-link" href="/sign-in">{{ words.signIn }}</a>
      <slot></slot>
    </header>`,
  emits: ["add"],
  props: { id: String, name: String, brand: Array, logo: String, content: String, search: String, signedInAs: String, last: Number, answer: Number, words: Object },
  data() {
    return {
      text: this.search, open: false, found: [], said: "", showAll: "", all: "", of: "", row: -1, column: PRODUCT,
      added: {}, waiting: 0, broken: {}, announced: "",
    };
  },
  unmounted() {
    clearTimeout(this.timer);
    this.request?.abort();
  },
  watch: {
    answer() {
      const product = this.found.find((product) => product.id === this.last);
      if (product) {
        this.added[product.id] = true;
        this.announced = `${product.name}: ${this.words.inCart}`;
      }
      this.waiting = 0;
    },
  },
  methods: {
    at(row, column = "") {
      return `${this.id}-${row}-${column}`;
    },
    isEnough(text) {
      return text.length >= LEAST || /[^\u0000-\u024f]/.test(text);
    },
    typed(event) {
      this.text = event.target.value;
      clearTimeout(this.timer);
      this.request?.abort();
      if (this.isEnough(this.text.trim())) this.timer = setTimeout(this.ask, TYPING_MS);
      else this.shut();
    },
    // Coming back to the field shows again what was found.
    look() {
      if (this.of && this.of === this.text.trim()) this.open = true;
    },
    async ask() {
      const text = this.text.trim();
      this.request = new AbortController();
      try {
        const answer = await fetch(`/suggestions?q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" }, signal: this.request.signal });
        if (answer.ok) this.show(text, await answer.json());
      } catch (error) {
        if (error.name !== "AbortError") this.shut(); // without a connection, Enter still searches
      }
    },
    show(text, answer) {
      if (text !== this.text.trim() || document.activeElement !== this.$refs.field) return;
      Object.assign(this, { found: answer.products, said: answer.said, showAll: answer.showAll, all: answer.all, of: text, row: -1, column: PRODUCT, open: true });
      this.announced = answer.said;
    },
    shut() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.open = false;
      this.row = -1;
    },
    left(event) {
      if (!this.$refs.form.contains(event.relatedTarget)) this.shut();
    },
    pressed(event) {
      const { key } = event;
      if (event.isComposing) return;
      if (key === "ArrowDown" && !this.open) this.look();
      else if (!this.open) return;
      else if (key === "Escape") this.shut();
      else if (key === "ArrowDown") this.move(this.row + 1 < this.found.length ? this.row + 1 : -1);
      else if (key === "ArrowUp") this.move(this.row < 0 ? this.found.length - 1 : this.row - 1);
      else if (this.row < 0) return;
      else if (key === "ArrowRight") this.column = ADD;
      else if (key === "ArrowLeft") this.column = PRODUCT;
      else if (key === "Enter") this.act(this.found[this.row]);
      else {
        this.row = -1;
        return;
      }
      event.preventDefault();
    },
    move(row) {
      this.row = row;
      this.column = PRODUCT;
      this.$nextTick(() => document.getElementById(this.at(row, PRODUCT))?.scrollIntoView({ block: "nearest" }));
    },
    act(product) {
      if (this.column === ADD && !product.choose) this.add(product);
      else window.location.href = product.href;
    },
    add(product) {
      if (this.waiting) return;
      this.waiting = product.id;
      this.$emit("add", { id: product.id, quantity: product.min });
    },
  },
};
