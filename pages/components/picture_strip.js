// A product's pictures: seen small, put in order, taken away.
export default {
  template: `
    <ol v-if="pictures.length" class="pictures" :aria-label="words.pictures">
      <li v-for="(picture, i) in pictures" :key="picture.id">
        <img v-if="picture.url" :src="picture.url" :alt="fill(words.picture, i)" loading="lazy">
        <span v-else class="waiting">{{ picture.note }}</span>
        <span v-if="!i" class="tag quiet">{{ words.first }}</span>
        <div class="line">
          <button type="button" class="btn quiet icon small" :disabled="!i" :aria-label="fill(words.earlier, i)" :title="fill(words.earlier, i)" @click="move(i, i - 1)">‹</button>
          <button type="button" class="btn quiet icon small" :disabled="i === pictures.length - 1" :aria-label="fill(words.later, i)" :title="fill(words.later, i)" @click="move(i, i + 1)">›</button>
          <button type="button" class="btn quiet icon small" :aria-label="fill(words.remove, i)" :title="fill(words.remove, i)" @click="$emit('remove', picture.id)">✕</button>
        </div>
      </li>
    </ol>`,
  emits: ["order", "remove"],
  props: { pictures: Array, words: Object },
  methods: {
    fill(words, i) {
      return words.replace("{n}", String(i + 1)).replace("{total}", String(this.pictures.length));
    },
    move(from, to) {
      const ids = this.pictures.map((picture) => picture.id);
      ids.splice(to, 0, ...ids.splice(from, 1));
      this.$emit("order", ids);
    },
  },
};
