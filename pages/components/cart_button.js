// The way to the cart, with what is in it.
export default {
  template: `
    <a href="/cart" class="btn primary cart-button" :aria-label="spoken">
      <span>{{ cart }}</span><i v-if="count">{{ count }}</i><span v-if="total && count" class="cart-total">{{ total }}</span>
      <span class="seen-not" aria-live="polite">{{ announced }}</span>
    </a>`,
  props: { cart: String, count: Number, total: String, spoken: String },
  data() {
    return { announced: "" };
  },
  watch: {
    spoken(words) {
      this.announced = words;
    },
  },
};
