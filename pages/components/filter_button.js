// Opens the filters on a small screen, and says how many are active.
export default {
  template: `
    <button type="button" class="btn filter-button" @click="open">{{ words.filter }}<b v-if="count">{{ count }}</b><span v-if="count" class="seen-not">{{ words.active }}</span></button>`,
  props: { words: Object },
  data() {
    return { count: window.pedidoActiveFilters || 0 };
  },
  mounted() {
    window.addEventListener("pedido:filtered", this.counted);
  },
  unmounted() {
    window.removeEventListener("pedido:filtered", this.counted);
  },
  methods: {
    open() {
      window.dispatchEvent(new CustomEvent("pedido:filters"));
    },
    counted(event) {
      this.count = event.detail;
    },
  },
};
