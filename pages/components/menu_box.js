// A menu under the button that opens it (refs "box" and "opener"): it closes by Escape, by leaving, and by a press elsewhere.
export const menuBox = {
  data() {
    return { open: false };
  },
  mounted() {
    document.addEventListener("pointerdown", this.pressed);
  },
  unmounted() {
    document.removeEventListener("pointerdown", this.pressed);
  },
  methods: {
    close() {
      if (!this.open) return;
      this.open = false;
      this.$refs.opener.focus();
    },
    left(event) {
      if (event.relatedTarget && !this.$refs.box.contains(event.relatedTarget)) this.open = false;
    },
    pressed(event) {
      if (!this.$refs.box.contains(event.target)) this.open = false;
    },
  },
};
