// The way to the cart, with what is in it.
export default {
  template: `
    <a href="/cart" class="btn primary cart-button" :aria-label="spoken">
      <span>{{ words.cart }}</span><i v-if="count">{{ count }}</i><span v-if="total && count" class="cart-total">{{ total }}</span>
      <span class="seen-not" aria-live="polite">{{ announced }}</span>
    </a>`,
  props: { count: Number, total: String, words: Object },
  data() {
    return { announced: "" };
  },
  computed: {
    spoken() {
      const parts = [this.words.cart, `${this.count} ${this.words.lines}`];
      if (this.total) parts.push(`${this.words.total} ${this.total}`);
      return parts.join(", ");
    },
  },
  watch: {
    spoken(words) {
      this.announced = words;
    },
  },
};
