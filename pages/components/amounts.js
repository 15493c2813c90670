// The sum of a request: its lines, each discount and surcharge with its reason, and the total.
export default {
  template: `
    <div>
      <dl class="sum">
        <template v-for="row in rows" :key="row.label + row.reason"><dt>{{ row.label }}<span v-if="row.reason" class="muted small">{{ row.reason }}</span></dt><dd>{{ row.amount }}</dd></template>
        <template v-if="total"><dt class="total">{{ words.total }}</dt><dd class="total" aria-live="polite">{{ total }}</dd></template>
      </dl>
      <p class="saving" role="status">{{ hint }}</p>
      <p v-if="note" class="muted small sum-note">{{ note }}</p>
    </div>`,
  props: { rows: Array, total: String, note: String, hint: String, words: Object },
};
