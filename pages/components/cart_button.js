// The way to the cart, with what is in it.
export default {
  template: `
    <div class="cart-box">
      <a href="/cart" class="btn primary cart-button">
        <span class="seen-not">{{ spoken }}</span>
        <span aria-hidden="true">{{ cart }}</span><i v-if="count" aria-hidden="true">{{ count }}</i><span v-if="total && count" class="cart-total" aria-hidden="true">{{ total }}</span>
      </a>
      <span class="seen-not" aria-live="polite">{{ announced }}</span>
    </div>`,
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
