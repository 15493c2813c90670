// The categories of the catalogue, as links with counts.
export default {
  template: `
    <nav class="side-nav" :aria-label="words.catalogue" ref="nav">
      <h2>{{ words.catalogue }}</h2>
      <a v-for="entry in entries" :key="entry.href" :href="entry.href" :class="{ below: entry.below }" :aria-current="entry.current ? 'page' : null"><span>{{ entry.name }}</span><small>{{ entry.count }}</small></a>
    </nav>`,
  props: { entries: Array, words: Object },
  mounted() {
    const chosen = this.$refs.nav.querySelector("[aria-current]");
    if (chosen) this.$refs.nav.scrollLeft = chosen.offsetLeft - this.$refs.nav.offsetLeft - 48;
  },
};
