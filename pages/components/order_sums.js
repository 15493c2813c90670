// What all rows of a list come to, on all its pages; it comes a moment after them.
export default {
  template: `
    <div class="panel sums" role="group" :aria-label="label" :aria-busy="pending ? 'true' : null">
      <p class="strong">{{ pending ? '…' : count }}</p>
      <p v-if="note && !pending" class="muted">{{ note }}</p>
      <dl v-for="(sums, i) in pending ? [] : rows" :key="i">
        <div v-for="[name, amount] in sums" :key="name"><dt>{{ name }}</dt><dd>{{ amount }}</dd></div>
      </dl>
    </div>`,
  props: { label: String, count: String, note: String, rows: Array, pending: Boolean },
};
