// The strip of figures above a list, each of which is a filter.
export default {
  template: `
    <div class="strip" role="group" :aria-label="label">
      <button v-for="figure in figures" :key="figure.key" type="button" class="figure" :class="{ bad: figure.bad }"
          :aria-pressed="figure.active ? 'true' : 'false'" @click="$emit('choose', figure.key)">
        <span>{{ figure.label }}</span><b>{{ figure.value }}</b><span :title="figure.note">{{ figure.note || '\u00a0' }}</span>
      </button>
    </div>`,
  emits: ["choose"],
  props: { figures: Array, label: String },
};
