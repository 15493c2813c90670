// What happened, newest first: the words, and under them who and when.
export default {
  template: `
    <ol class="history" :aria-label="label">
      <li v-for="entry in entries" :key="entry.id">
        <div><span class="strong">{{ entry.text }}</span></div>
        <p v-if="entry.quote" class="pre history-quote">{{ entry.quote }}</p>
        <div class="muted small">{{ entry.by }}<template v-if="entry.by"> · </template><time>{{ entry.at }}</time></div>
      </li>
    </ol>`,
  props: { entries: Array, label: String },
};
