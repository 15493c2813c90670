// Names and what they stand for, one under the other.
export default {
  template: `
    <dl class="facts" :aria-label="label">
      <template v-for="fact in facts" :key="fact.label"><dt>{{ fact.label }}</dt>
        <dd><span v-if="fact.tick" class="tick" :class="fact.tick" aria-hidden="true">{{ fact.tick === 'no' ? '○' : '✓' }}</span><a v-if="fact.href" class="link" :href="fact.href">{{ fact.text }}</a><span v-else class="pre" :class="{ mono: fact.mono, tag: fact.tag, [fact.tag]: fact.tag }">{{ fact.text }}</span><div v-if="fact.sub" class="muted small">{{ fact.sub }}</div></dd>
      </template>
    </dl>`,
  props: { facts: Array, label: String },
};
