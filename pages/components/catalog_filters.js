// What the catalogue is narrowed by: links that add a value to the address or take it out; on a small screen behind a button.
const WIDE = "(min-width: 901px)";
const FEW = 8;

export default {
  template: `
    <details class="narrow" :open="wide || opened" @toggle="opened = !wide && $event.target.open">
      <summary class="btn">{{ words.filter }}<b v-if="count">{{ count }}</b></summary>
      <section v-for="group in groups" :key="group.name" :aria-label="group.name">
        <h2>{{ group.name }}</h2>
        <ul>
          <li v-for="value in seen(group)" :key="value.label"><a :href="value.href" rel="nofollow" :aria-current="value.on ? 'true' : null"><i aria-hidden="true"></i><span>{{ value.label }}</span><small v-if="value.count">{{ value.count }}</small></a></li>
        </ul>
        <button v-if="group.values.length > seen(group).length" type="button" class="more" @click="whole[group.name] = true">{{ words.showAll.replace("{n}", group.values.length) }}</button>
      </section>
    </details>`,
  props: { groups: Array, count: Number, words: Object },
  data() {
    return { wide: matchMedia(WIDE).matches, opened: false, whole: {} };
  },
  mounted() {
    this.media = matchMedia(WIDE);
    this.media.addEventListener("change", this.resized);
  },
  unmounted() {
    this.media.removeEventListener("change", this.resized);
  },
  methods: {
    resized(event) {
      this.wide = event.matches;
    },
    // What is chosen is never hidden among what is not.
    seen(group) {
      if (this.whole[group.name] || group.values.length <= FEW + 2) return group.values;
      return group.values.filter((value, i) => i < FEW || value.on);
    },
  },
};
