// What a file will hold: its name, its first rows as a table, and a CSV's own text.
export default {
  template: `
    <div class="file-preview">
      <p class="line pad"><span class="mono strong">{{ name }}</span> <span class="muted small">{{ note }}</span></p>
      <div class="simple-box" tabindex="0" role="region" :aria-label="words.table">
        <table class="simple">
          <thead><tr><th v-for="(title, i) in titles" :key="i" scope="col">{{ title }}</th></tr></thead>
          <tbody><tr v-for="(row, r) in rows" :key="r"><td v-for="(cell, c) in row" :key="c"><div :title="cell.length > 40 ? cell : null">{{ cell }}</div></td></tr></tbody>
        </table>
      </div>
      <p v-if="!rows.length" class="muted small pad">{{ words.empty }}</p>
      <div v-if="text" class="pad stack tight">
        <h3 class="small">{{ words.text }}</h3>
        <pre class="mono small" tabindex="0" role="region" :aria-label="words.text">{{ text }}</pre>
      </div>
      <p v-if="doubt" class="pad doubt" role="status">{{ doubt }}</p>
    </div>`,
  props: { name: String, note: String, titles: Array, rows: Array, text: String, doubt: String, words: Object },
};
