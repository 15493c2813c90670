// From one thing to the next of the list somebody came from, by links and by the keys of the list.
import { areOff, isMeant } from "row_keys";

export default {
  template: `
    <nav class="neighbours" :aria-label="words.list">
      <a v-for="[way, sign, key] in ways" :key="way" class="btn quiet icon" :class="{ none: !links[way] }" :href="links[way] || null" :aria-disabled="links[way] ? null : 'true'" :role="links[way] ? null : 'link'" :aria-label="words[way]" :title="words[way] + ' (' + key + ')'"><span aria-hidden="true">{{ sign }}</span></a>
    </nav>`,
  props: { links: Object, words: Object },
  mounted() {
    document.addEventListener("keydown", this.pressed);
  },
  unmounted() {
    document.removeEventListener("keydown", this.pressed);
  },
  computed: {
    ways() {
      return [["above", "‹", "k"], ["below", "›", "j"]];
    },
  },
  methods: {
    pressed(event) {
      const [way] = this.ways.find(([, , key]) => key === event.key) || [];
      if (way && this.links[way] && isMeant(event) && !areOff()) location.assign(this.links[way]);
    },
  },
};
