// A button that prints the page, which the server has no part in.
export default {
  template: `<button type="button" class="btn primary" @click="print">{{ label }}</button>`,
  props: { label: String },
  methods: {
    print() {
      window.print();
    },
  },
};
