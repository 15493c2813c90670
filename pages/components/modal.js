// A native dialog: it opens when it is made, keeps the focus inside, and says when it is dismissed.
export default {
  template: `
    <dialog class="modal" :class="{ wide }" :aria-label="label" @cancel.prevent="$emit('dismiss')" @click="pressedOutside">
      <div class="modal-body"><slot></slot></div>
      <button type="button" class="modal-close" :aria-label="words.close" @click="$emit('dismiss')">×</button>
    </dialog>`,
  emits: ["dismiss"],
  props: { label: String, wide: Boolean, words: Object },
  mounted() {
    this.opener = document.activeElement;
    this.$el.showModal();
    // What is typed first; where something is destroyed, the way out.
    const first = [".field input, .field select, .field textarea", ".form-end .btn:not(.danger)", ".btn"];
    first.map((kind) => this.$el.querySelector(kind)).find(Boolean)?.focus();
  },
  beforeUnmount() {
    this.$el.close();
    this.opener?.focus?.();
  },
  methods: {
    // Only a press on the backdrop itself: a selection dragged out of a field must not close the form.
    pressedOutside(event) {
      if (event.target !== this.$el || this.$el.querySelector(".field")) return;
      const box = this.$el.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) this.$emit("dismiss");
    },
  },
};
