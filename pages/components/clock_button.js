// A button that tells the time of the seller's own computer, once by itself and each time it is pressed.
export default {
  template: `
    <button type="button" class="btn primary" :class="{ busy: asked !== answer }" :aria-disabled="asked !== answer ? 'true' : 'false'" @click="run">{{ label }}</button>`,
  emits: ["run"],
  props: { label: String, answer: Number },
  data() {
    return { asked: this.answer };
  },
  mounted() {
    this.run();
  },
  methods: {
    run() {
      if (this.asked !== this.answer) return;
      this.asked = this.answer + 1;
      this.$emit("run", Date.now());
    },
  },
};
